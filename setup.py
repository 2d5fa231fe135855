"""What `scrapyd-deploy` packs into an egg; nothing else needs this file.

The egg begins with `worksummaries_egg`, which unpacks it: the project reads its data beside its modules, and a zip
holds no files.
"""

from setuptools import find_packages, setup

PACKAGES = ["archive", "crawler", "pipelines"]

setup(
    name="worksummaries",
    version="0.4.0",
    packages=[*find_packages(include=[f"{name}*" for name in PACKAGES]), "worksummaries_egg"],
    package_dir={"worksummaries_egg": "deploy/egg"},
    package_data={name: ["**/*"] for name in PACKAGES},
    entry_points={"scrapy": ["settings = worksummaries_egg.settings"]},
)

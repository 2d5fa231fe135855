"""Names of persons as Chinese documents write them: by surname, spaced, masked; and the posts in front of them."""

import re
import tomllib
from pathlib import Path

# The surnames that cover all but a few in a thousand of the population (百家姓, and the Ministry of Public Security's
# yearly 全国姓名报告), in Simplified characters. Which words begin with one and are no name: `_NO_NAMES`.
_TOLD = {
    name: value.split()
    for name, value in tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")).items()
}
SURNAMES = "".join(_TOLD["surnames"])
_COMPOUND = "|".join(_TOLD["compound"])
_NO_NAMES = frozenset(_TOLD["no_names"])
_HAN = "一-鿿"
_FULL = rf"(?:(?:{_COMPOUND})[{_HAN}]{{1,2}}|[{SURNAMES}](?:[{_HAN}]{{1,2}}|\s{{1,6}}[{_HAN}](?:\s{{1,6}}[{_HAN}])?))"
_MASKED = rf"(?:[xX×*某○]{{2,4}}|[{SURNAMES}][xX×*某○]{{1,2}}|[{SURNAMES}]\s{{1,2}}[xX×*某○]{{1,2}})"
_FAR = rf"[{_HAN}]{{2,8}}[·•・‧][{_HAN}]{{2,8}}"  # 阿不都·热合曼
NAME = rf"(?:{_FAR}|{_FULL}|{_MASKED})"  # a pattern for folded text; `is_name` knows the exceptions
POST = (
    r"(?:书记|主席|会长|主任|[部局县市省区镇乡州旗盟厅处科股院校园所站馆队组场厂台行社村司庭关排连营团班]长|秘书长|理事长|董事长|检察长|护士长|总经理|经理"
    r"|主管|总裁|政委|干事|委员|代表|教师|老师|工程师|医师|辅导员|调研员|巡视员|科员|主编|教授|研究员|村官|专员|讲师|总监|班主任|助理|秘书|专干|网格员|联络员|导师|教练|领队|馆员|护士|医生|会计|出纳|校医|学员|学生|实习生|选调生|志愿者|队员|党员|干部|代理)"
)
_NAME = re.compile(NAME)
_POST_AND_NAME = re.compile(
    rf"(?P<post>[^。,;:!?\t]{{0,28}}?{POST})(?:\s{{0,6}}[:]\s{{0,6}}|\s{{0,8}})(?P<name>{NAME})"
)


def is_name(folded: str) -> bool:
    """Whether a folded string is a person's name: a known surname and one or two characters, spaced or masked."""
    return _NAME.fullmatch(folded) is not None and folded not in _NO_NAMES


def is_no_name(folded: str) -> bool:
    """Whether a word that looks like a name is known to be none."""
    return folded in _NO_NAMES


def is_post_and_name(folded: str) -> bool:
    """Whether a folded string is a post and the name of who holds it: 县科协主席 王强, 常务副市长尚根仓."""
    found = _POST_AND_NAME.fullmatch(folded)
    return found is not None and found["name"] not in _NO_NAMES


def without_gap(name: str) -> str:
    """A name without the white space that a printer sets in a short one: 段　鸣."""
    return "".join(name.split())

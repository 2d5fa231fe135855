"""What the servers of tests stand on."""

from loopback import free_port, ports


def test_processes_of_one_run_draw_ports_of_their_own() -> None:
    for count in (1, 2, 7):
        some = [ports({"PYTEST_XDIST_WORKER": f"gw{n}", "PYTEST_XDIST_WORKER_COUNT": str(count)}) for n in range(count)]
        assert sorted(port for one in some for port in one) == [*range(20_000, 32_000)]
    assert ports({}) == range(20_000, 32_000) and 20_000 <= free_port() < 32_000

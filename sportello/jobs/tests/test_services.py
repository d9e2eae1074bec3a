import threading

from sportello.jobs.services import Supervisor
from sportello.lib.testing import eventually

lives: list[str] = []
second_life = threading.Event()


def fragile(stop):
    lives.append("born")
    if len(lives) == 1:
        raise RuntimeError("the line broke")
    second_life.set()
    stop.wait()
    lives.append("stopped")


def test_a_service_that_dies_is_started_again_and_stops_when_told():
    lives.clear()
    supervisor = Supervisor([fragile], pauses=(0.01, 0.1))
    supervisor.start()
    assert second_life.wait(10)
    assert supervisor.stop()
    assert lives == ["born", "born", "stopped"]


def test_a_service_runs_in_one_process_of_a_machine_and_moves_when_that_one_ends(monkeypatch):
    monkeypatch.setattr("sportello.jobs.services.ELSEWHERE", 0.01)
    running = []

    def watch(stop):
        running.append(stop)
        stop.wait()

    one, two = Supervisor([watch]), Supervisor([watch])
    one.start()
    eventually(lambda: running == [one.stopping])
    two.start()
    assert not two.stopping.wait(0.1)
    assert running == [one.stopping]
    one.stop()
    eventually(lambda: running == [one.stopping, two.stopping])
    two.stop()

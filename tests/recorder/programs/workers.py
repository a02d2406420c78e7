import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor

jobs = queue.Queue(maxsize=2)
results = []
lock = threading.Lock()
ready = threading.Event()
turn = threading.Condition()
gate = threading.Semaphore(1)
barrier = threading.Barrier(2)


def work():
    ready.wait()
    barrier.wait()
    while (job := jobs.get()) is not None:
        with gate:
            time.sleep(0.01 * job)
        with lock:
            results.append(job)
        with turn:
            turn.notify()
    jobs.put(None)


workers = [threading.Thread(target=work) for _ in range(2)]
for worker in workers:
    worker.start()
threading.Timer(0.02, ready.set).start()
for job in range(4):
    jobs.put(job)
with turn:
    turn.wait_for(lambda: len(results) == 4, timeout=5)
jobs.put(None)
for worker in workers:
    worker.join()
with ThreadPoolExecutor(2) as pool:
    print(list(pool.map(lambda n: n * n, range(4))))
print(sorted(results), threading.active_count())

import Dispatch
import Synchronization

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Work divided into tiles that may run in any order and concurrently.
protocol TiledWork: AnyObject {
    /// Computes a tile. `participant` identifies the thread: 0 is the caller, the helpers count up.
    func perform(tile: Int, participant: Int)
}

/// The process's threads that help with tiles. They are created once; between jobs they first spin and then sleep.
///
/// A caller computes tiles itself, and free workers join it. So nothing waits for a worker that is busy with another
/// job, slow to wake up, or (in a forked child) missing.
final class WorkerPool: Sendable {
    static let shared = WorkerPool()

    /// OpenBLAS has buffers for 64 concurrent callers.
    static let mostThreads = 64

    private let workers = Locked<[Worker]>([])

    /// Computes all tiles of `work` on up to `threads` threads, and returns when they are done.
    func perform(_ job: TileJob, tiles: Int, threads: Int, _ work: any TiledWork) {
        let helpers = min(threads, tiles, WorkerPool.mostThreads) - 1
        guard helpers > 0 else {
            for tile in 0..<tiles { work.perform(tile: tile, participant: 0) }
            return
        }
        job.begin(work, tiles: tiles, participants: helpers + 1)
        let crew = crew(of: helpers)
        for worker in crew.prefix(helpers) { worker.offer(job) }
        job.takeTiles(participant: 0)
        for worker in crew.prefix(helpers) { worker.withdraw(job) }
        job.awaitHelpers()
    }

    /// At least `count` workers, creating missing ones.
    private func crew(of count: Int) -> [Worker] {
        workers.withLock { workers in
            while workers.count < count { workers.append(Worker(number: workers.count + 1)) }
            return workers
        }
    }
}

/// One run of tiles at a time; callers keep it for repeated runs, so that a run allocates nothing.
///
/// Every participant starts with its own share, the same in every run, and then takes tiles that others have not
/// started: a thread finds in its cache what it wrote in the last run.
final class TileJob: @unchecked Sendable {
    /// The next tile of a share, alone in its cache lines.
    private struct Cursor: ~Copyable {
        let next = Atomic<Int>(0)
        private let padding = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    }

    private var work: (any TiledWork)?
    private var tiles = 0
    private var participants = 1
    private let cursors: UnsafeMutablePointer<Cursor>
    private let helpers = Atomic<Int>(0)

    init() {
        cursors = .allocate(capacity: WorkerPool.mostThreads)
        for index in 0..<WorkerPool.mostThreads { (cursors + index).initialize(to: Cursor()) }
    }

    deinit {
        cursors.deinitialize(count: WorkerPool.mostThreads)
        cursors.deallocate()
    }

    /// The start of a participant's share, which is the end of the one before.
    private func shareStart(_ participant: Int) -> Int { tiles * participant / participants }

    fileprivate func begin(_ work: any TiledWork, tiles: Int, participants: Int) {
        self.work = work
        self.tiles = tiles
        self.participants = participants
        for index in 0..<participants { cursors[index].next.store(shareStart(index), ordering: .relaxed) }
    }

    fileprivate func takeTiles(participant: Int) {
        guard let work else { return }
        for distance in 0..<participants {
            let share = (participant + distance) % participants
            let end = shareStart(share + 1)
            while cursors[share].next.load(ordering: .relaxed) < end {
                let tile = cursors[share].next.wrappingAdd(1, ordering: .relaxed).oldValue
                if tile < end { work.perform(tile: tile, participant: participant) }
            }
        }
    }

    fileprivate func addHelper() { helpers.wrappingAdd(1, ordering: .relaxed) }
    fileprivate func removeHelper() { helpers.wrappingSubtract(1, ordering: .releasing) }

    fileprivate func awaitHelpers() {
        var spins = 0
        while helpers.load(ordering: .acquiring) > 0 {
            spins += 1
            // This way a preempted helper gets its processor back sooner.
            if spins > 2000 { sched_yield() } else { Kernels.pause() }
        }
        work = nil
    }
}

/// A thread of the pool, and the mailbox in which it is offered jobs.
private final class Worker: @unchecked Sendable {
    /// The states of the mailbox; any other value is the address of an offered job.
    private static let idle: UInt = 0
    private static let asleep: UInt = 1
    private static let busy: UInt = 2

    private let mailbox = Atomic<UInt>(Worker.idle)
    private let alarm = DispatchSemaphore(value: 0)
    /// Its participant number in every job; the caller is 0.
    private let number: Int
    /// The panel for the products of its thread.
    private let panel = PackedPanel.allocate()

    /// How long an idle worker spins before it sleeps: longer than the serial parts of a training step.
    private static let patience = Duration.microseconds(60)

    init(number: Int) {
        self.number = number
        let context = Unmanaged.passRetained(self).toOpaque()
        #if canImport(Darwin)
            var thread: pthread_t?
            let failed = pthread_create(
                &thread, nil,
                {
                    Worker.main($0); return nil
                }, context)
            if failed == 0, let thread { pthread_detach(thread) }
        #else
            var thread = pthread_t()
            let failed = pthread_create(
                &thread, nil,
                {
                    Worker.main($0!); return nil
                }, context)
            if failed == 0 { pthread_detach(thread) }
        #endif
        // A worker without a thread accepts no offers, and the caller computes its tiles.
    }

    /// Offers a job if the worker is free.
    func offer(_ job: TileJob) {
        let address = UInt(bitPattern: Unmanaged.passUnretained(job).toOpaque())
        job.addHelper()
        if mailbox.compareExchange(expected: Worker.idle, desired: address, ordering: .releasing).exchanged { return }
        if mailbox.compareExchange(expected: Worker.asleep, desired: address, ordering: .releasing).exchanged {
            alarm.signal()
            return
        }
        job.removeHelper()
    }

    /// Withdraws the job if the worker has not started it.
    func withdraw(_ job: TileJob) {
        let address = UInt(bitPattern: Unmanaged.passUnretained(job).toOpaque())
        if mailbox.compareExchange(expected: address, desired: Worker.idle, ordering: .relaxed).exchanged {
            job.removeHelper()
        }
    }

    private static func main(_ context: UnsafeMutableRawPointer) {
        Unmanaged<Worker>.fromOpaque(context).takeUnretainedValue().work()
    }

    private func work() -> Never {
        PackedPanel.adopt(panel)
        let clock = ContinuousClock()
        var deadline = clock.now + Worker.patience
        var spins = 0
        while true {
            let content = mailbox.load(ordering: .relaxed)
            if content > Worker.busy {
                if mailbox.compareExchange(expected: content, desired: Worker.busy, ordering: .acquiring).exchanged {
                    let job = Unmanaged<TileJob>.fromOpaque(UnsafeRawPointer(bitPattern: content)!)
                        .takeUnretainedValue()
                    job.takeTiles(participant: number)
                    // Idle before the caller is notified, so that its next job finds this worker waiting.
                    mailbox.store(Worker.idle, ordering: .relaxed)
                    job.removeHelper()
                }
                deadline = clock.now + Worker.patience
                spins = 0
                continue
            }
            Kernels.pause()
            spins += 1
            guard spins % 128 == 0, clock.now > deadline else { continue }
            if mailbox.compareExchange(expected: Worker.idle, desired: Worker.asleep, ordering: .relaxed).exchanged {
                alarm.wait()
                deadline = clock.now + Worker.patience
            }
        }
    }
}

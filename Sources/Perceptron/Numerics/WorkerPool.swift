import Dispatch
import Synchronization

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Work that is cut into tiles which may run in any order and at the same time.
protocol TiledWork: AnyObject {
    /// Does tile number `tile`. `participant` tells apart the threads at work: 0 is the caller, others count up.
    func perform(tile: Int, participant: Int)
}

/// The threads of the process that help with tiles: created once, waiting in between, first awake and then asleep.
///
/// A caller does its tiles itself; workers that are free join it. So nothing waits for a worker that is busy for
/// somebody else, slow to wake up, or (in a forked child) not there at all.
final class WorkerPool: Sendable {
    static let shared = WorkerPool()

    /// OpenBLAS has buffers for 64 callers at a time.
    static let mostThreads = 64

    private let workers = Locked<[Worker]>([])

    /// Does all tiles of `job`'s work, on as many as `threads` threads, and returns when they are done.
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

    /// At least `count` workers, made where they are missing.
    private func crew(of count: Int) -> [Worker] {
        workers.withLock { workers in
            while workers.count < count { workers.append(Worker(number: workers.count + 1)) }
            return workers
        }
    }
}

/// One run of tiles at a time, kept by whoever repeats such runs so that a run allocates nothing.
///
/// Every participant begins with a share of its own, the same in every run, and then takes what the others have not
/// begun: what a thread wrote in one run it finds in its own cache in the next.
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

    /// The end of the share before, and so the beginning of this one's.
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
            // A helper that has lost its processor gets it back sooner this way.
            if spins > 2000 { sched_yield() } else { Kernels.pause() }
        }
        work = nil
    }
}

/// A thread of the pool and the mailbox through which it is offered jobs.
private final class Worker: @unchecked Sendable {
    /// The mailbox holds one of these, or the address of a job that is offered.
    private static let idle: UInt = 0
    private static let asleep: UInt = 1
    private static let busy: UInt = 2

    private let mailbox = Atomic<UInt>(Worker.idle)
    private let alarm = DispatchSemaphore(value: 0)
    /// Which participant it is in every job: the caller is 0.
    private let number: Int
    /// For the products of its thread, which finds it there when it starts.
    private let panel = PackedPanel.allocate()

    /// How long an idle worker looks for the next job before it sleeps: longer than a step's serial parts take.
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
        // Without its thread a worker takes no offers, and its tiles fall to the caller.
    }

    /// Puts the job into the mailbox if the worker is free.
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

    /// Takes the job back out of the mailbox if the worker has not begun it.
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
                    // Free before the caller knows: its next job finds this worker waiting.
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

import Dispatch
import Foundation
import Synchronization
import Testing

@testable import Perceptron

@Suite struct WorkerPoolTests {
    /// Counts how often each tile is done, and by whom.
    private final class Counter: TiledWork {
        let done: Locked<[Int]>
        let participants = Locked<Set<Int>>([])

        init(tiles: Int) { done = Locked([Int](repeating: 0, count: tiles)) }

        func perform(tile: Int, participant: Int) {
            done.withLock { $0[tile] += 1 }
            participants.withLock { _ = $0.insert(participant) }
        }
    }

    @Test(arguments: [0, 1, 2, 7, 64, 500], [1, 2, 3, 8, 64, 1000]) func everyTileOnce(tiles: Int, threads: Int) {
        let job = TileJob()
        for _ in 0..<10 {
            let work = Counter(tiles: tiles)
            WorkerPool.shared.perform(job, tiles: tiles, threads: threads, work)
            #expect(work.done.withLock { $0 } == [Int](repeating: 1, count: tiles))
            let participants = work.participants.withLock { $0 }
            #expect(participants.allSatisfy { $0 >= 0 && $0 < max(1, min(threads, tiles, WorkerPool.mostThreads)) })
        }
    }

    /// No two threads at work at the same time have one number: each number has scratch memory of its own.
    @Test func participantsAreApart() {
        final class Busy: TiledWork {
            let busy = Locked<[Int]>([Int](repeating: 0, count: 6))
            let collisions = Atomic<Int>(0)

            func perform(tile: Int, participant: Int) {
                let others = busy.withLock { busy in
                    busy[participant] += 1
                    return busy[participant] - 1
                }
                collisions.wrappingAdd(others, ordering: .relaxed)
                usleep(500)
                busy.withLock { $0[participant] -= 1 }
            }
        }
        let work = Busy()
        let job = TileJob()
        for _ in 0..<10 { WorkerPool.shared.perform(job, tiles: 60, threads: 6, work) }
        #expect(work.collisions.load(ordering: .relaxed) == 0)
    }

    /// Many callers at once, each with a job of its own, none waiting for another.
    @Test func manyCallers() {
        let callers = 8
        let wrong = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: callers) { caller in
            let job = TileJob()
            for round in 0..<300 {
                let tiles = 1 + (caller * 7 + round) % 13
                let work = Counter(tiles: tiles)
                WorkerPool.shared.perform(job, tiles: tiles, threads: 1 + (caller + round) % 5, work)
                if work.done.withLock({ $0 }) != [Int](repeating: 1, count: tiles) {
                    wrong.wrappingAdd(1, ordering: .relaxed)
                }
            }
        }
        #expect(wrong.load(ordering: .relaxed) == 0)
    }

    /// A tile that itself has tiles: nothing waits for ever.
    @Test func inside() {
        final class Outer: TiledWork {
            let sum = Atomic<Int>(0)
            func perform(tile: Int, participant: Int) {
                let inner = Counter(tiles: 5)
                WorkerPool.shared.perform(TileJob(), tiles: 5, threads: 4, inner)
                sum.wrappingAdd(inner.done.withLock { $0.reduce(0, +) }, ordering: .relaxed)
            }
        }
        let outer = Outer()
        WorkerPool.shared.perform(TileJob(), tiles: 20, threads: 4, outer)
        #expect(outer.sum.load(ordering: .relaxed) == 100)
    }

    /// What helpers wrote is there when the call returns, after they slept too.
    @Test func resultsAreVisible() async throws {
        final class Writer: TiledWork, @unchecked Sendable {
            let buffer = Buffer<Double>(count: 64)
            func perform(tile: Int, participant: Int) {
                var span = buffer.memory.mutableSpan(tile..<tile + 1)
                span[0] += 1
            }
        }
        let (writer, job) = (Writer(), TileJob())
        for round in 1...200 {
            if round % 50 == 0 { try await Task.sleep(for: .milliseconds(2)) }
            WorkerPool.shared.perform(job, tiles: 64, threads: 4, writer)
            #expect(writer.buffer.array == [Double](repeating: Double(round), count: 64))
        }
    }
}

import Synchronization

/// A count of calls, on any thread.
final class Calls: Sendable {
    private let count = Atomic<Int>(0)

    func next() -> Int { count.add(1, ordering: .relaxed).newValue }
}

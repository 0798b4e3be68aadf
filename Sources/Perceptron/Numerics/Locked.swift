import Synchronization

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A value that one thread at a time may access, for moments.
///
/// A waiting thread spins, which for a few nanoseconds is cheaper than sleeping. The thread sanitizer understands it,
/// unlike the standard library's `Mutex` on Linux.
final class Locked<Value>: @unchecked Sendable {
    private let isHeld = Atomic<Bool>(false)
    private var value: Value

    init(_ value: Value) { self.value = value }

    func withLock<Result, Failure>(_ body: (inout Value) throws(Failure) -> Result) throws(Failure) -> Result {
        var spins = 0
        while isHeld.exchange(true, ordering: .acquiring) {
            spins += 1
            // The holder may have been preempted.
            if spins > 100 { sched_yield() } else { Kernels.pause() }
        }
        defer { isHeld.store(false, ordering: .releasing) }
        return try body(&value)
    }
}

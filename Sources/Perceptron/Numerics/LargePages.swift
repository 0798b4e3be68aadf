#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Large pages of memory, which are cheaper to allocate than many small ones.
enum LargePages {
    /// NumPy's threshold: smaller allocations rarely reach the system.
    private static let leastBytes = 1 << 22

    /// Advises the system to use large pages for memory that is about to be written for the first time: 60 MB then took
    /// 10 ms instead of 50.
    static func advise<Element>(_ memory: UnsafeMutableBufferPointer<Element>) {
        #if os(Linux)
            let memory = UnsafeMutableRawBufferPointer(memory)
            guard memory.count >= leastBytes, let start = memory.baseAddress else { return }
            let page = sysconf(Int32(_SC_PAGESIZE))
            let skipped = (page - Int(bitPattern: start) % page) % page
            madvise(start + skipped, (memory.count - skipped) / page * page, Int32(MADV_HUGEPAGE))
        #endif
    }

    /// The same for the capacity of an array.
    static func advise<Element>(_ array: inout [Element]) {
        let capacity = array.capacity
        array.withUnsafeMutableBufferPointer { memory in
            advise(UnsafeMutableBufferPointer(start: memory.baseAddress, count: capacity))
        }
    }
}

extension Array {
    /// An array of `count` elements, which `body` initializes, all of them; for no elements it isn't called.
    init(count: Int, initializing body: (UnsafeMutableBufferPointer<Element>) -> Void) {
        // All empty arrays share one storage, and the initializer below writes its count into that, though it is 0
        // already: a data race between threads that make empty arrays.
        guard count > 0 else {
            self = []
            return
        }
        self.init(unsafeUninitializedCapacity: count) { memory, initialized in
            body(memory)
            initialized = count
        }
    }
}

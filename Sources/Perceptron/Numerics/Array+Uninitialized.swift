extension Array {
    /// An array of `count` elements, all of which `body` must initialize; it isn't called if there are none.
    init(count: Int, initializing body: (UnsafeMutableBufferPointer<Element>) -> Void) {
        // All empty arrays share one storage, into which the initializer below would write the count 0: a data race
        // between threads that create empty arrays.
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

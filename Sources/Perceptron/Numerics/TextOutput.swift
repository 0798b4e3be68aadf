/// A destination for text.
protocol TextOutput: ~Copyable {
    mutating func write(_ text: String) throws(PerceptronError)
}

extension AtomicFile: TextOutput {}

extension String: TextOutput {}

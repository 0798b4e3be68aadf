/// What layers that take one number of columns check.
enum FeatureCounts {
    /// Throws unless a matrix can have that many columns.
    static func check(_ count: Int, _ name: String) throws(PerceptronError) {
        guard count > 0 else { throw .invalidArchitecture("\(count) \(name); at least 1 is needed") }
        guard count <= Int(Int32.max) else {
            throw .invalidArchitecture("\(count) \(name); BLAS sizes go up to \(Int32.max)")
        }
    }

    /// Throws unless the layer before gives the columns that this one takes.
    static func check(_ expected: Int, given count: Int) throws(PerceptronError) {
        guard count == expected else {
            throw .invalidArchitecture("takes \(counted(expected, "input feature")), gets \(count)")
        }
    }
}

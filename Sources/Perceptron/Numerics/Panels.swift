/// The columns 0 ..< count of a product in panels of `most`; the last one has the rest.
struct Panels: Sequence, IteratorProtocol {
    private let count: Int
    private let most: Int
    private let splitsRest: Bool
    private var start = 0

    /// - Parameter splitsRest: whether a rest of 9 to 15 columns beyond a multiple of 16 becomes two panels.
    init(_ count: Int, most: Int, splitsRest: Bool) {
        self.count = count
        self.most = most
        self.splitsRest = splitsRest
    }

    mutating func next() -> Range<Int>? {
        guard start < count else { return nil }
        let width = Swift.min(most, count - start)
        let rest = width % 16
        let range = start..<start + (splitsRest && rest > 8 ? width - rest + 8 : width)
        start = range.upperBound
        return range
    }
}

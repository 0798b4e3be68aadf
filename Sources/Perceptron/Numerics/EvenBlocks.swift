/// 0 ..< count in the fewest blocks of at most `most`, as equal as multiples of 8 allow.
struct EvenBlocks: Sequence, IteratorProtocol {
    private let count: Int
    private let size: Int
    private var start = 0

    init(_ count: Int, most: Int) {
        self.count = count
        if count <= most {
            size = Swift.max(count, 1)
        } else {
            let parts = (count + most - 1) / most
            let even = (count + parts - 1) / parts
            size = Swift.min(most, (even + 7) / 8 * 8)
        }
    }

    mutating func next() -> Range<Int>? {
        guard start < count else { return nil }
        let range = start..<Swift.min(count, start + size)
        start = range.upperBound
        return range
    }
}

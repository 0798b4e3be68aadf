#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A random number generator whose sequence for a seed is the same on every platform.
///
/// xoshiro256** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2018), seeded by SplitMix64.
public struct RandomGenerator: RandomNumberGenerator, Equatable, Hashable, Sendable {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    /// Creates a generator from a seed.
    public init(seed: UInt64) {
        var counter = seed
        func splitMix64() -> UInt64 {
            counter &+= 0x9e37_79b9_7f4a_7c15
            var z = counter
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            return z ^ (z >> 31)
        }
        state = (splitMix64(), splitMix64(), splitMix64(), splitMix64())
    }

    /// Creates a generator with this state; nil unless it is four words that are not all zero.
    init?(words: [UInt64]) {
        guard words.count == 4, words.contains(where: { $0 != 0 }) else { return nil }
        state = (words[0], words[1], words[2], words[3])
    }

    /// The state, which determines all further numbers.
    var words: [UInt64] { [state.0, state.1, state.2, state.3] }

    /// A seed for a separate purpose, counted from 0; the generator's own sequence is unchanged.
    func seed(_ purpose: Int) -> UInt64 {
        var copy = self
        for _ in 0..<purpose { _ = copy.next() }
        return copy.next()
    }

    public mutating func next() -> UInt64 {
        func rotate(_ x: UInt64, _ count: UInt64) -> UInt64 { (x << count) | (x >> (64 - count)) }
        let result = rotate(state.1 &* 5, 7) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = rotate(state.3, 45)
        return result
    }

    /// Uniform in [0, 1), a multiple of 2⁻⁵³.
    public mutating func nextUniform() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// Two independent normal numbers of mean 0 and variance 1 (Marsaglia's polar method).
    public mutating func nextNormalPair() -> (Double, Double) {
        while true {
            let u = 2 * nextUniform() - 1
            let v = 2 * nextUniform() - 1
            let square = u * u + v * v
            if square > 0 && square < 1 {
                let factor = (-2 * log(square) / square).squareRoot()
                return (u * factor, v * factor)
            }
        }
    }

    /// Uniform in 0 ..< bound, without bias (Lemire 2019).
    public mutating func nextInteger(below bound: Int) -> Int {
        precondition(bound > 0, "no integer is in 0 ..< \(bound)")
        let bound = UInt64(bound)
        var product = next().multipliedFullWidth(by: bound)
        if product.low < bound {
            let threshold = (0 &- bound) % bound
            while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
        }
        return Int(product.high)
    }

    /// Shuffles the elements, with all orders equally likely (Fisher and Yates).
    public mutating func shuffle(_ values: inout [Int]) {
        guard values.count > 1 else { return }
        for last in stride(from: values.count - 1, to: 0, by: -1) {
            values.swapAt(last, nextInteger(below: last + 1))
        }
    }

    public static func == (a: RandomGenerator, b: RandomGenerator) -> Bool { a.state == b.state }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(state.0)
        hasher.combine(state.1)
        hasher.combine(state.2)
        hasher.combine(state.3)
    }
}

/// Parses the text of a date.
struct DateText: ~Escapable {
    private let bytes: Span<UInt8>
    private var position = 0

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { position == bytes.count }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    /// Skips a byte, if it is next.
    mutating func skip(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    /// Skips one of these characters, if one is next.
    mutating func skip(any characters: StaticString) -> Bool {
        guard let next, characters.withUTF8Buffer({ $0.contains(next) }) else { return false }
        position += 1
        return true
    }

    /// The next number, of as many digits as there are up to a limit; nil if there are too few.
    mutating func number(digits: ClosedRange<Int>) -> Int? {
        var end = position
        var value = 0
        while end < bytes.count, end - position < digits.upperBound {
            let digit = bytes[end] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            value = value * 10 + Int(digit)
            end += 1
        }
        guard end - position >= digits.lowerBound else { return nil }
        position = end
        return value
    }

    /// A fraction of a second, of any number of digits, in nanoseconds; smaller digits are dropped.
    mutating func nanoseconds() -> Int? {
        let start = position
        guard var value = number(digits: 1...9) else { return nil }
        for _ in position - start..<9 { value *= 10 }
        while number(digits: 1...1) != nil {}
        return value
    }

    /// The index of the next word in a list, ignoring case; the list is in lower case.
    mutating func word(among words: [String]) -> Int? {
        for (place, word) in words.enumerated() {
            let letters = word.utf8
            guard bytes.count - position >= letters.count,
                zip(letters, position...).allSatisfy({ bytes[$1] | 0x20 == $0 })
            else { continue }
            position += letters.count
            return place
        }
        return nil
    }

    /// How far a time is ahead of UTC, in hours and minutes: `Z`, `+01`, `-0330` or `+05:30`.
    mutating func offset() -> (sign: Int, hours: Int, minutes: Int)? {
        if skip(any: "Zz") { return (1, 0, 0) }
        let isNegative = skip(UInt8(ascii: "-"))
        guard isNegative || skip(UInt8(ascii: "+")), let hours = number(digits: 2...2) else { return nil }
        let hasColon = skip(UInt8(ascii: ":"))
        let minutes = number(digits: 2...2)
        guard minutes != nil || !hasColon else { return nil }
        return (isNegative ? -1 : 1, hours, minutes ?? 0)
    }
}

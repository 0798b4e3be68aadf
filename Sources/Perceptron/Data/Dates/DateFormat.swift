/// How dates are written: in ISO 8601, or in a pattern of Unicode's letters; see `DateColumn`.
struct DateFormat: Sendable {
    /// Why a text is not a date.
    struct Fault: Error {
        /// nil if it doesn't have the format.
        var reason: String?
    }

    private enum Field: Hashable {
        case year(digits: Int)
        case month(digits: Int)
        case monthName(isShort: Bool)
        case day(digits: Int)
        case hour(digits: Int)
        case hourOfHalf(digits: Int)
        case half
        case minute(digits: Int)
        case second(digits: Int)
        case fraction
        case offset
        case literal(UInt8)

        /// The letter of the field in a pattern.
        var letter: Character? {
            switch self {
            case .year: "y"
            case .month, .monthName: "M"
            case .day: "d"
            case .hour: "H"
            case .hourOfHalf: "h"
            case .half: "a"
            case .minute: "m"
            case .second: "s"
            case .fraction: "S"
            case .offset: "Z"
            case .literal: nil
            }
        }
    }

    /// nil for ISO 8601.
    let pattern: String?
    private var fields: [Field] = []

    /// - Throws: `PerceptronError.invalidArgument` if the pattern is invalid or incomplete.
    init(_ pattern: String?) throws(PerceptronError) {
        self.pattern = pattern
        guard let pattern else { return }
        func failure(_ reason: String) -> PerceptronError {
            .invalidArgument("the date format \(pattern.debugDescription) \(reason)")
        }
        var rest = pattern[...]
        while let character = rest.first {
            if character == "'" {
                guard let text = DateFormat.quoted(&rest) else { throw failure("has a quote that is not closed") }
                fields += text.utf8.map(Field.literal)
            } else if character.isLetter {
                let run = rest.prefix { $0 == character }
                rest = rest.dropFirst(run.count)
                guard let field = DateFormat.field(character, run.count) else {
                    throw failure(
                        "has \(String(run).debugDescription); it can have yyyy, yy, MMMM, MMM, MM, M, dd, d, HH, H, hh, h, a, mm, "
                            + "m, ss, s, S and Z, and other letters in single quotes")
                }
                guard !has(character) else { throw failure("has \"\(character)\" twice") }
                fields.append(field)
            } else {
                fields += String(rest.removeFirst()).utf8.map(Field.literal)
            }
        }
        guard has("y") else { throw failure("has no year (yyyy)") }
        guard !has("H") || !has("h") else { throw failure("has two hours (H and h)") }
        let needed: [(Character, String, Bool, String)] = [
            ("m", "minutes", has("H") || has("h"), "no hour (H); months are M"),
            ("d", "a day", has("M"), "no month (M)"), ("h", "an hour up to 12", has("a"), "no AM or PM (a)"),
            ("a", "an AM or PM", has("h"), "no hour up to 12 (h)"),
            ("s", "seconds", has("m"), "no minutes (m)"), ("S", "a fraction", has("s"), "no seconds (s)"),
        ]
        for (letter, what, isThere, lacking) in needed where has(letter) && !isThere {
            throw failure("has \(what) (\(letter)) and \(lacking)")
        }
    }

    private func has(_ letter: Character) -> Bool { fields.contains { $0.letter == letter } }

    /// Takes a text in single quotes, in which two quotes stand for one; two alone also stand for one.
    private static func quoted(_ rest: inout Substring) -> String? {
        rest.removeFirst()
        if rest.first == "'" {
            rest.removeFirst()
            return "'"
        }
        var text = ""
        while let character = rest.popFirst() {
            if character == "'" {
                guard rest.first == "'" else { return text }
                rest.removeFirst()
            }
            text.append(character)
        }
        return nil
    }

    private static func field(_ letter: Character, _ count: Int) -> Field? {
        switch (letter, count) {
        case ("y", 2), ("y", 4): .year(digits: count)
        case ("M", 1...2): .month(digits: count)
        case ("M", 3...4): .monthName(isShort: count == 3)
        case ("d", 1...2): .day(digits: count)
        case ("H", 1...2): .hour(digits: count)
        case ("h", 1...2): .hourOfHalf(digits: count)
        case ("a", 1): .half
        case ("m", 1...2): .minute(digits: count)
        case ("s", 1...2): .second(digits: count)
        case ("S", _): .fraction
        case ("Z", _), ("X", _), ("x", _): .offset
        default: nil
        }
    }

    // MARK: Reading

    private static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]
    private static let shortMonths = months.map { String($0.prefix(3)) }

    /// - Throws: why it is not a date.
    func read(_ bytes: Span<UInt8>) throws(Fault) -> CalendarTime {
        var text = DateText(bytes)
        var found = DateFields()
        let isWhole = pattern == nil ? DateFormat.readISO(&text, &found) : readFields(&text, &found)
        guard isWhole, text.isAtEnd else { throw Fault() }
        return try found.time()
    }

    /// - Returns: false if something else follows.
    private func readFields(_ text: inout DateText, _ found: inout DateFields) -> Bool {
        /// Reads one or two digits, or exactly two.
        func read(_ part: inout Int, _ digits: Int) -> Bool {
            guard let number = text.number(digits: digits...2) else { return false }
            part = number
            return true
        }
        for field in fields {
            let isThere: Bool
            switch field {
            case .year(2):
                isThere = read(&found.year, 2)
                // As in POSIX.
                found.year += found.year < 69 ? 2000 : 1900
            case .year:
                let year = text.number(digits: 4...4)
                isThere = year != nil
                found.year = year ?? 0
            case .month(let digits): isThere = read(&found.month, digits)
            case .monthName(let isShort):
                let place = text.word(among: isShort ? DateFormat.shortMonths : DateFormat.months)
                isThere = place != nil
                found.month = (place ?? 0) + 1
            case .day(let digits): isThere = read(&found.day, digits)
            case .hour(let digits), .hourOfHalf(let digits): isThere = read(&found.hour, digits)
            case .half:
                let place = text.word(among: ["am", "pm"])
                isThere = place != nil
                found.isAfternoon = place == 1
            case .minute(let digits): isThere = read(&found.minute, digits)
            case .second(let digits): isThere = read(&found.second, digits)
            case .fraction:
                let fraction = text.nanoseconds()
                isThere = fraction != nil
                found.nanoseconds = fraction ?? 0
            case .offset:
                let offset = text.offset()
                isThere = offset != nil
                found.offset = offset ?? found.offset
            case .literal(let byte): isThere = text.skip(byte)
            }
            guard isThere else { return false }
        }
        return true
    }

    private static func readISO(_ text: inout DateText, _ found: inout DateFields) -> Bool {
        guard let year = text.number(digits: 4...4) else { return false }
        let hasDashes = text.skip(any: "-")
        guard let month = text.number(digits: 2...2), !hasDashes || text.skip(any: "-"),
            let day = text.number(digits: 2...2)
        else { return false }
        (found.year, found.month, found.day) = (year, month, day)
        guard !text.isAtEnd else { return true }
        guard text.skip(any: "Tt "), let hour = text.number(digits: 2...2) else { return false }
        found.hour = hour
        let hasColons = text.skip(any: ":")
        if let minute = text.number(digits: 2...2) {
            found.minute = minute
            let hasMore = hasColons && text.skip(any: ":")
            if hasMore || !hasColons, let second = text.number(digits: 2...2) {
                found.second = second
                if text.skip(any: ".,") {
                    guard let fraction = text.nanoseconds() else { return false }
                    found.nanoseconds = fraction
                }
            } else if hasMore {
                return false
            }
        } else if hasColons {
            return false
        }
        if !text.isAtEnd {
            guard let offset = text.offset() else { return false }
            found.offset = offset
        }
        return true
    }
}

extension DateFormat {
    /// The usual date formats, ISO 8601 first.
    static let usual: [DateFormat] = {
        let days = [
            "yyyy-M-d", "yyyy/M/d", "yyyy.M.d", "d.M.yyyy", "d/M/yyyy", "M/d/yyyy", "d-M-yyyy", "M-d-yyyy",
            "d MMM yyyy",
            "d-MMM-yyyy", "d-MMM-yy", "d MMMM yyyy", "MMM d, yyyy", "MMMM d, yyyy",
        ]
        let times = ["", " H:mm", " H:mm:ss", " h:mm a", " h:mm:ss a"]
        let patterns = days.flatMap { day in times.map { day + $0 } }
        return ([nil] + patterns).compactMap { try? DateFormat($0) }
    }()

    func canRead(_ bytes: [UInt8]) -> Bool { (try? read(bytes.span)) != nil }
}

/// A day of the proleptic Gregorian calendar, and a time of that day.
struct CalendarTime: Equatable {
    let year: Int
    /// Counted from 1, like the day.
    let month: Int
    let day: Int
    /// Seconds of the day.
    var seconds = 0
    var nanoseconds = 0
    /// How many seconds the time is ahead of UTC.
    var offset = 0

    // MARK: Days

    /// The number of days from 1970-01-01 to this day.
    var dayNumber: Int { CalendarTime.firstDay(of: year) + dayOfYear }

    /// Counted from 0.
    var dayOfYear: Int {
        (1..<month).reduce(day - 1) { $0 + CalendarTime.days(inMonth: $1, of: year) }
    }

    static func days(in year: Int) -> Int { isLeap(year) ? 366 : 365 }

    static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    /// The day number of January 1st of a year, at least 1.
    private static func firstDay(of year: Int) -> Int {
        let past = year - 1
        return 365 * past + past / 4 - past / 100 + past / 400 - 719_162
    }

    /// The day with this number in ISO 8601, `2024-03-15`; nil if it is not in the years 1 to 9999.
    static func text(dayNumber: Int) -> String? {
        guard (firstDay(of: 1)..<firstDay(of: 10_000)).contains(dayNumber) else { return nil }
        // 400 years have 146,097 days, so this is the year or one next to it.
        var year = (dayNumber - firstDay(of: 1)) * 400 / 146_097 + 1
        while firstDay(of: year + 1) <= dayNumber { year += 1 }
        while firstDay(of: year) > dayNumber { year -= 1 }
        var day = dayNumber - firstDay(of: year)
        var month = 1
        while day >= days(inMonth: month, of: year) {
            day -= days(inMonth: month, of: year)
            month += 1
        }
        func padded(_ number: Int, _ width: Int) -> String {
            String(repeating: "0", count: max(0, width - "\(number)".count)) + "\(number)"
        }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day + 1, 2))"
    }

    // MARK: Numbers

    private static let secondsPerDay = 86_400.0
    private static let daysPerWeek = 7.0

    /// Days since 1970-01-01 00:00 UTC, with the time as a fraction of a day.
    var days: Double {
        let seconds = Double(dayNumber * 86_400 + seconds - offset) + Double(nanoseconds) / 1e9
        return seconds / CalendarTime.secondsPerDay
    }

    /// The elapsed fraction of the day, from 0 to 1, by the clock that the time was read from.
    var fractionOfDay: Double { (Double(seconds) + Double(nanoseconds) / 1e9) / CalendarTime.secondsPerDay }

    /// The elapsed fraction of the week, which begins on Monday.
    var fractionOfWeek: Double {
        // 1970-01-01 was a Thursday.
        let weekday = ((dayNumber + 3) % 7 + 7) % 7
        return (Double(weekday) + fractionOfDay) / CalendarTime.daysPerWeek
    }

    /// The elapsed fraction of the year.
    var fractionOfYear: Double { (Double(dayOfYear) + fractionOfDay) / Double(CalendarTime.days(in: year)) }
}

/// The fields of a date as read from its text.
struct DateFields {
    var year = 1
    var month = 1
    var day = 1
    /// From 0, or from 1 to 12 with AM or PM.
    var hour = 0
    var isAfternoon: Bool?
    var minute = 0
    var second = 0
    var nanoseconds = 0
    var offset = (sign: 1, hours: 0, minutes: 0)

    /// - Throws: why there is no such time.
    func time() throws(DateFormat.Fault) -> CalendarTime {
        func none(_ what: String) -> DateFormat.Fault { DateFormat.Fault(reason: "there is no \(what)") }
        guard year > 0 else { throw none("year 0") }
        guard 1...12 ~= month else { throw none("month \(month)") }
        let days = CalendarTime.days(inMonth: month, of: year)
        guard day > 0 else { throw none("day 0") }
        guard day <= days else {
            throw DateFormat.Fault(reason: "month \(month) of \(year) has \(counted(days, "day"))")
        }
        var hour = hour
        if let isAfternoon {
            guard 1...12 ~= hour else { throw none("hour \(hour) before or after noon") }
            hour = hour % 12 + (isAfternoon ? 12 : 0)
        }
        guard hour < 24 else { throw none("hour \(hour)") }
        guard minute < 60 else { throw none("minute \(minute)") }
        guard second < 60 else { throw none("second \(second)") }
        guard offset.hours < 24, offset.minutes < 60 else {
            throw none("time zone of \(counted(offset.hours, "hour")) and \(counted(offset.minutes, "minute"))")
        }
        return CalendarTime(
            year: year, month: month, day: day, seconds: hour * 3600 + minute * 60 + second, nanoseconds: nanoseconds,
            offset: offset.sign * (offset.hours * 3600 + offset.minutes * 60))
    }
}

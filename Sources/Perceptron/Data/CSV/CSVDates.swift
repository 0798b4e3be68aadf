/// A column of dates in a CSV file, and the inputs that it becomes.
struct CSVDates {
    let format: DateFormat
    /// What each is, and its place among the inputs.
    private var inputs: [(value: DateValue, place: Int)] = []

    init(_ format: String?) throws(PerceptronError) { self.format = try DateFormat(format) }

    mutating func add(_ value: DateValue, place: Int) { inputs.append((value, place)) }

    /// Puts what a date becomes into a row; NaN if it is missing.
    func put<Scalar: BLASScalar>(_ time: CalendarTime?, into row: inout [Scalar]) {
        for (value, place) in inputs { row[place] = time.map { Scalar(value($0)) } ?? .nan }
    }
}

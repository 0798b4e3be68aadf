/// A column of dates in a CSV file, and the inputs computed from it.
struct CSVDates {
    let format: DateFormat
    /// The value of each input, and its index among all inputs.
    private var inputs: [(value: DateValue, place: Int)] = []

    init(_ format: String?) throws(PerceptronError) { self.format = try DateFormat(format) }

    mutating func add(_ value: DateValue, place: Int) { inputs.append((value, place)) }

    /// Writes the values of a date into a row; NaN if it is missing.
    func put<Scalar: BLASScalar>(_ time: CalendarTime?, into row: inout [Scalar]) {
        for (value, place) in inputs { row[place] = time.map { Scalar(value($0)) } ?? .nan }
    }
}

/// Groups of rows, such as those of one patient or one day. A group stays in one part of a data set, because some of
/// its rows would reveal the others.
///
/// ```swift
/// let (training, test) = try data.split(testFraction: 0.2, groups: "patient")
/// let (some, others) = try data.split(testFraction: 0.2, groups: .keys(patients))
/// ```
public struct RowGroups: Equatable, Sendable, ExpressibleByStringLiteral {
    enum Source: Equatable {
        case column(String)
        /// The group of each row, counted from 0.
        case numbers([Int])
    }

    let source: Source

    private init(_ source: Source) { self.source = source }

    public init(stringLiteral name: String) { self.init(.column(name)) }

    /// Groups rows with the same number or category in a column. The column is no longer an input.
    public static func column(_ name: String) -> RowGroups { RowGroups(.column(name)) }

    /// Groups rows with equal keys; one key for each row.
    public static func keys(_ keys: some Sequence<some Hashable>) -> RowGroups {
        RowGroups(.numbers(GroupAllocation.numbered(keys)))
    }
}

/// Where a training is in its schedule.
struct SchedulePosition: Equatable, Sendable {
    /// How many updates there were before the schedule began.
    var start = 0
    /// How many updates the schedule has; nil if nobody knows.
    var total: Int?
    var plateau = Plateau.Memory()

    func place(ofUpdate update: Int) -> Schedule.Place {
        Schedule.Place(update: update - start, total: total, plateauScale: plateau.scale)
    }
}

/// Where a training is in its schedule.
struct SchedulePosition: Equatable, Sendable {
    /// How many updates there were before the schedule began.
    var start = 0
    /// How many updates the schedule has; nil if nobody knows.
    var total: Int?
    var plateau = Plateau.Memory()

    /// How much of the schedule is done after so many updates, from 0 to 1; 0 if nobody knows how many it has.
    func progress(afterUpdates updates: Int) -> Double {
        guard let total, total > 0 else { return 0 }
        return min(1, Double(updates - start) / Double(total))
    }

    func place(ofUpdate update: Int) -> Schedule.Place {
        Schedule.Place(update: update - start, total: total, plateauScale: plateau.scale)
    }
}

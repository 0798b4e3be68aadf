import Foundation

extension Double {
    /// With so many significant digits.
    func significant(_ digits: Int) -> String { String(format: "%.\(digits)g", self) }
}

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension Double {
    /// The number with `decimals` digits after the point, like C's `%.*f`.
    func fixed(_ decimals: Int) -> String {
        withVaList([Int32(decimals), self]) { arguments in
            // The largest Double has 309 digits before the point.
            var text = [CChar](repeating: 0, count: 320 + decimals)
            let length = vsnprintf(&text, text.count, "%.*f", arguments)
            return String(decoding: text.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }

    /// The digits after the point, at most twelve, that show four significant digits.
    var decimalsForFourDigits: Int {
        guard isFinite, self != 0 else { return 4 }
        var (scaled, decimals) = (magnitude, 0)
        while scaled < 999.5, decimals < 12 {
            scaled *= 10
            decimals += 1
        }
        return decimals
    }
}

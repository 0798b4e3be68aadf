extension Report {
    /// The style of a report, for light and dark screens of at least 400 pixels, and for paper. Drawings have the
    /// colours of a white page; those given here are for dark screens.
    static let style: Markup = """
        :root {
          color-scheme: light dark;
          --paper: #ffffff; --ink: #1b1f24; --faint: #59636e; --line: #d8dee4; --band: #f4f6f8;
          --right: 0 114 178; --wrong: 213 94 0;
        }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
        body {
          margin: 0; background: var(--paper); color: var(--ink); line-height: 1.45;
          font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", sans-serif;
        }
        main { max-width: 64rem; margin: 0 auto; padding: 1.5rem 1.25rem 3rem; }
        h1, h2, p, figcaption, caption, summary { overflow-wrap: anywhere; }
        th, td { overflow-wrap: break-word; }
        h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .5rem; }
        h2 { font-size: 1.2rem; margin: 2.5rem 0 .75rem; padding-top: .75rem; border-top: 1px solid var(--line); }
        p { margin: 0 0 .75rem; max-width: 46rem; }
        figure { margin: 0 0 1rem; }
        figcaption, caption { color: var(--faint); font-size: .875rem; text-align: left; }
        caption { padding-bottom: .5rem; }
        caption span { position: sticky; left: 0; display: inline-block; max-width: min(46rem, calc(100vw - 2.5rem)); }
        figcaption { padding-top: .25rem; }
        svg { display: block; width: 100%; max-width: 34rem; height: auto; }
        .pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 1rem 2rem; align-items: start; }
        .pair > * { min-width: 0; }
        .scroll { overflow-x: auto; max-width: 100%; margin-bottom: 1rem; }
        table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; }
        th, td { padding: .25rem .9rem .25rem 0; text-align: left; vertical-align: top; font-weight: 400; }
        th:last-child, td:last-child { padding-right: 0; }
        thead th { color: var(--faint); border-bottom: 1px solid var(--line); vertical-align: bottom; }
        tbody tr + tr > * { border-top: 1px solid var(--band); }
        tbody th { font-weight: 600; }
        .number { text-align: right; }
        td.number, tbody th.number { white-space: nowrap; }
        .plain th, .plain td { min-width: 3.5rem; }
        .plain td:not(.number), .plain tbody th:not(.number) { max-width: 22rem; }
        .faint { color: var(--faint); }
        .bar { display: block; height: .8rem; margin-top: .25rem; background: rgb(var(--right)); border-radius: 1px; }
        .bars { width: 100%; }
        .bars tbody th { min-width: 8rem; }
        .bars td:last-child { width: 45%; min-width: 5rem; }
        .tiles { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1rem 0; padding: 0; list-style: none; }
        .tiles li { flex: 1 1 9rem; padding: .75rem 1rem; background: var(--band); border-radius: .5rem; }
        .tiles strong { display: block; font-size: 1.5rem; font-weight: 600; font-variant-numeric: tabular-nums; }
        .confusion { border-collapse: separate; border-spacing: 1px; }
        .confusion th, .confusion td { padding: .25rem .3rem; text-align: center; vertical-align: middle; border: 0; min-width: 1.9rem; }
        .confusion td { white-space: nowrap; }
        .many { font-size: .78rem; }
        .many th, .many td { min-width: 1.8rem; padding: .2rem .1rem; }
        .confusion tbody th { position: sticky; left: 0; background: var(--paper); text-align: right; max-width: 9rem; font-weight: 400; }
        .confusion thead th { border: 0; max-width: 9rem; }
        .confusion thead th.upright { writing-mode: vertical-rl; transform: rotate(180deg); text-align: left; max-width: none; }
        .confusion th span { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; max-width: 9rem; }
        .confusion th.upright span { max-width: none; max-height: 9rem; }
        .confusion .right { background: rgb(var(--right) / calc(var(--share) * 65%)); }
        .confusion .wrong { background: rgb(var(--wrong) / calc(15% + var(--share) * 60%)); }
        .confusion .none { color: var(--line); }
        details > summary { cursor: pointer; padding: .25rem 0; color: var(--faint); font-size: .875rem; }
        pre { margin: 0 0 1rem; padding: .75rem 1rem; background: var(--band); border-radius: .5rem; white-space: pre-wrap; overflow-wrap: anywhere; font-size: .875rem; }
        @media (max-width: 30rem) {
          main { padding: 1rem .75rem 2rem; }
          h1 { font-size: 1.35rem; }
          .tiles { gap: .5rem; }
          .tiles li { flex-basis: 8rem; padding: .5rem .75rem; }
          .tiles strong { font-size: 1.25rem; }
        }
        @media screen and (prefers-color-scheme: dark) {
          :root {
            --paper: #15181c; --ink: #e6e9ec; --faint: #9aa5b1; --line: #343b43; --band: #1e2329;
            --right: 76 164 224; --wrong: 226 121 48;
          }
          .confusion .right { background: rgb(var(--right) / calc(var(--share) * 50%)); }
          .confusion .wrong { background: rgb(var(--wrong) / calc(15% + var(--share) * 45%)); }
          svg rect[fill="#FFFFFF"] { fill: none; }
          svg text { fill: var(--ink); }
          svg text[fill="#555555"] { fill: var(--faint); }
          svg path[stroke="#DDDDDD"] { stroke: #343b43; }
          svg path[stroke="#F0F0F0"] { stroke: #252b31; }
          svg path[stroke="#BBBBBB"] { stroke: #4a5560; }
          svg path[stroke="#777777"], svg path[stroke="#555555"] { stroke: #9aa5b1; }
          svg path[stroke="#0072B2"] { stroke: #4ca4e0; }
          svg path[stroke="#D55E00"] { stroke: #f08a3c; }
          svg path[stroke="#009E73"] { stroke: #2fc29a; }
          svg path[stroke="#000000"] { stroke: #e6e9ec; }
        }
        @media print {
          :root { color-scheme: light; }
          body { font-size: 9.5pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
          main { max-width: none; padding: 0; }
          h2 { break-after: avoid; }
          figure, tr, .tiles, pre { break-inside: avoid; }
          .scroll { overflow: visible; }
          svg { max-width: 11cm; }
          .confusion { font-size: 7pt; }
          .confusion th, .confusion td { min-width: 0; padding: .15rem .2rem; }
          details::details-content { content-visibility: visible; }
          details > summary { list-style: none; }
        }
        """
}

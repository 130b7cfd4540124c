#!/usr/bin/env python3
"""The rule of docs/estimation.md once more, in plain Python with floats: what `meterlink estimate` is measured against.

    python3 tests/bench/estimate.py <lines.json >answers.json   the same lines, the same answers
    python3 tests/bench/estimate.py --rate <lines.json          estimates per second of processor, without reading and writing JSON
"""
import json
import sys
import time
from datetime import date
from math import exp, log, sqrt

MONTH_DAYS = (31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
SIGMA = {'water': 0.28, 'gas': 0.16, 'heat': 0.16, 'cooling': 0.16, 'electricity': 0.09}
ORDER = {'meter_removed': 2, 'removed': 2, 'meter_installed': 3, 'installed': 3, 'estimated': 0}


def weights(profile, utility):
    """What a day weighs, by month."""
    if utility == 'heat':
        profile = [0.80 * p + 0.20 * d / 365.25 for p, d in zip(profile, MONTH_DAYS)]
    whole = sum(profile)
    return [p / whole * 365.25 / d for p, d in zip(profile, MONTH_DAYS)]


def weight(f, a, b):
    """What the days after a up to and with b weigh, month by month."""
    total = 0.0
    while a < b:
        first_of_next = date(a.year + a.month // 12, a.month % 12 + 1, 1)
        last = date.fromordinal(first_of_next.toordinal() - 1)
        if a == last:
            a, last = first_of_next, date.fromordinal(date(first_of_next.year + first_of_next.month // 12, first_of_next.month % 12 + 1, 1).toordinal() - 1)
            total += f[a.month - 1]
        until = min(last, b)
        total += f[a.month - 1] * (until.toordinal() - a.toordinal())
        a = until
    return total


def step(before, after, digits):
    d = after['value'] - before['value']
    if d < 0 and digits and before['value'] > 0.6 * 10 ** digits and after['value'] < 0.4 * 10 ** digits:
        d += 10 ** digits
    return d


def intervals(readings, f, digits):
    out, start, last, c, w = [], None, None, 0.0, 0.0
    for r in readings:
        if last is None:
            start, c, w = r, 0.0, 0.0
        elif last['order'] == 2 and r['order'] == 3:
            pass
        elif last['order'] == 2:
            if start['day'] < last['day']:
                out.append([start['day'], last['day'], c, w])
            start, c, w = r, 0.0, 0.0
        elif r['order'] == 3:
            start, c, w = r, 0.0, 0.0
        else:
            c += step(last, r, digits)
            w += weight(f, last['day'], r['day'])
            if r['order'] != 2:
                if start['day'] < r['day']:
                    out.append([start['day'], r['day'], c, w])
                start, c, w = r, 0.0, 0.0
        last = r
    if last is not None and start['day'] < last['day']:
        out.append([start['day'], last['day'], c, w])
    return out


def merged(a, b):
    return [a[0], b[1], a[2] + b[2], a[3] + b[3]]


def join(found, occupied, excluded, notes):
    same = lambda a, b: occupied is None or (a[0] >= occupied) == (b[0] >= occupied)
    kept, i = [], 0
    while i < len(found):
        now = found[i]
        if i + 1 < len(found) and (now[2] < 0 or found[i + 1][2] < 0) and same(now, found[i + 1]):
            now = merged(now, found[i + 1])
            i += 1
        i += 1
        if kept and (now[3] < 300 or kept[-1][3] < 300) and (now[1] - kept[-1][0]).days <= 550 and same(kept[-1], now):
            kept[-1] = merged(kept[-1], now)
        else:
            kept.append(now)
    j = 0
    while j + 1 < len(kept) and len(kept) >= 3:
        a, b = kept[j], kept[j + 1]
        if a[2] > 0 and b[2] >= 0 and a[3] > 0 and b[3] > 0 and same(a, b):
            others = sorted(x[2] / x[3] for n, x in enumerate(kept) if n not in (j, j + 1) and x[2] > 0 and x[3] > 0)
            if others:
                m = others[len(others) // 2]
                r = log(a[2] / a[3] / m)
                s = log(b[2] / b[3] / m) if b[2] > 0 else float('-inf')
                both = merged(a, b)
                if r * s < 0 and min(abs(r), abs(s)) > 0.6 and abs(log(both[2] / both[3] / m)) < 0.35:
                    kept[j:j + 2] = [both]
                    continue
        j += 1
    kept = [x for x in kept if x[2] >= 0 and x[3] > 0]
    free = [x for x in kept if not any(x[0] < to and frm < x[1] for frm, to in excluded)]
    if len(free) < len(kept):
        notes.append('marked_out')
    return free


def level(levels, day):
    if not levels:
        return 1.0
    y = day.year - (day.month <= 6)
    earlier = [k for k in levels if k <= y]
    return levels[max(earlier) if earlier else min(levels)]


def prepared(case):
    """What reading JSON gives, once."""
    readings = [{'day': date.fromisoformat(r['date']), 'value': float(r['value']), 'order': ORDER.get(r['source'], 1)} for r in case['readings']]
    readings.sort(key=lambda r: (r['day'], r['order']))
    occupied = case.get('occupied_from')
    return {
        'utility': case['utility'], 'readings': readings, 'on': date.fromisoformat(case['target_date']),
        'median': case['peer']['median_per_year'], 'sigma': case['peer'].get('sigma_log', 0.5), 'year': case['peer'].get('level_year'),
        'profile': case['monthly_profile'], 'levels': {int(k): v for k, v in case['cohort_levels'].items()}, 'digits': case['register_digits'],
        'occupied': occupied and date.fromisoformat(occupied),
        'excluded': [(date.fromisoformat(x['from']), date.fromisoformat(x['to'])) for x in case.get('excluded', ())],
    }


def estimate(case):
    readings, on, notes = case['readings'], case['on'], []
    f = weights(case['profile'], case['utility'])
    trusted = [r for r in readings if r['order']]
    found = intervals(trusted, f, case['digits'])
    base = (trusted or readings)[-1]
    if not found and len(trusted) < len(readings):
        found, base = intervals(readings, f, case['digits']), readings[-1]
        notes.append('from_estimates')
    after = readings[readings.index(base):]
    already = sum(step(a, b, case['digits']) for a, b in zip(after, after[1:]))
    found = join(found, case['occupied'], case['excluded'], notes)
    ahead, levels = weight(f, base['day'], on), case['levels']
    target = log(level(levels, on))
    g = log(case['median'])
    if case['year'] in levels:
        g += target - log(levels[case['year']])
    if case['occupied'] is not None:
        own = [x for x in found if x[0] >= case['occupied']]
        if sum(x[3] for x in own) >= 90:
            found = own
        elif len(own) < len(found):
            found = [x for x in found if x[2] > 0]
            notes.append('former_occupant')
    if found and found[-1][2] == 0 and (found[-1][3] >= 90 or not any(x[2] > 0 for x in found)) and 'former_occupant' not in notes:
        return answer(0.0, 0.0, exp(g) * ahead / 365.25, already, ['vacant'] + notes, 'D')
    found = [x for x in found if x[2] > 0]
    sigma, own_sigma = max(case['sigma'], 0.15), SIGMA[case['utility']]
    if not found:
        e, s = exp(g) * ahead / 365.25, sqrt(sigma * sigma + 0.04)
        return answer(e, e * exp(-1.2816 * s), e * exp(1.2816 * s), already, ['peer_norm'] + notes, 'E')
    xs = [(x, log(x[2] / x[3] * 365.25) - log(level(levels, x[1])) + target) for x in found]
    if len(xs) >= 3:
        z = sorted(x for _, x in xs)
        n = len(z)
        med = z[n // 2] if n % 2 else (z[n // 2 - 1] + z[n // 2]) / 2
        mad = sorted(abs(x - med) for x in z)[n // 2]
        limit = max(log(2.5), 3 * 1.4826 * mad)
        out = [abs(x - med) > limit for _, x in xs]
        p, q = xs[-2][1], xs[-1][1]
        if n >= 4 and out[-1] and out[-2] and (p > med) == (q > med) and abs(p - q) <= 0.35:
            xs = xs[-2:]
            notes.append('level_shift')
        elif any(out) and not all(out):
            xs = [x for x, o in zip(xs, out) if not o]
            notes.append('outlier_removed')
    ages = [(base['day'] - i[1]).days / 365.25 for i, _ in xs]
    youngest = min(ages)
    v = [min(1, i[3] / 365.25) * exp(-1.6 * (age - youngest)) for (i, _), age in zip(xs, ages)]
    n = sum(v)
    m = sum(w * x for w, (_, x) in zip(v, xs)) / n
    k = 0.5 * min(1, (own_sigma / sigma) ** 2)
    k *= (4 if 'former_occupant' in notes else 1) * (3 if 'from_estimates' in notes else 1)
    covered = sum(i[3] for i, _ in xs) / 365.25
    rho = min(n / (n + k), 2 * covered)
    if covered < 0.5:
        notes.append('partial_year')
    mu = rho * m + (1 - rho) * g
    if len(xs) == 2 and abs(xs[0][1] - xs[1][1]) > log(1.8):
        notes.append('two_years_disagree')
    e = exp(mu) * ahead / 365.25
    sw2 = (2 * own_sigma ** 2 + sum((x - m) ** 2 for _, x in xs)) / (2 + len(xs) - 1)
    p2 = min(3, max(1, 365.25 / max(ahead, 30)))
    s = sqrt(sw2 * p2 * (1 + 0.3 / max(n, 0.3)) + 0.05 ** 2 + (0.02 if notes else 0) + (0.06 * max(0, youngest)) ** 2)
    method = 'address_history' if 'former_occupant' in notes else 'own_history' if len(xs) > 1 else 'one_year_plus_peers'
    if {'from_estimates', 'former_occupant', 'partial_year'} & set(notes):
        sure = 'D'
    else:
        sure = 'A' if len(xs) >= 3 and s < 0.15 else 'B' if len(xs) >= 2 and s < 0.30 else 'C' if s < 0.45 else 'D'
    return answer(e, e * exp(-1.2816 * s), e * exp(1.2816 * s), already, [method] + notes, sure)


def answer(e, low, high, already, method, sure):
    e, low, high = (max(0.0, x - already) for x in (e, low, high))
    return {'consumption': round(e, 3), 'low': round(low, 3), 'high': round(high, 3), 'method': '+'.join(n for n in method if n != 'former_occupant'), 'confidence': sure}


def main():
    if sys.argv[1:] == ['--rate']:
        cases = [prepared(json.loads(line)) for line in sys.stdin]
        began = time.process_time()
        for case in cases:
            estimate(case)
        spent = time.process_time() - began
        print(f'{len(cases)} estimates, {spent:.2f} s of processor, {len(cases) / spent:.0f} a second')
        return
    for line in sys.stdin:
        case = json.loads(line)
        print(json.dumps({'case_id': case['case_id'], **estimate(prepared(case))}))


if __name__ == '__main__':
    main()

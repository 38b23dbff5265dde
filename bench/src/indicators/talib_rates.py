"""TA-Lib C, asked line by line as `indicator_rates` is: its own functions by ctypes, into arrays that are there already.

`talib_rates.py <bars file>`; a question is {"mode": "batch" | "values", "function", "inputs", "options", "outputs",
"areIntegers", "repeats"}. An option is a number, or {"real": number} where the C function takes a double.
"""

import ctypes
import glob
import json
import os
import sys
import time

import numpy
import talib

COLUMNS = ["openTsMs", "open", "high", "low", "close", "volume", "buyVolume", "benchmark"]
VALUE_COUNT = 2_000


def library():
    folder = os.path.join(os.path.dirname(os.path.dirname(talib.__file__)), "ta_lib.libs")
    found = glob.glob(os.path.join(folder, "*ta*lib*"))
    if not found:
        sys.exit("the wheel of TA-Lib has no library of its own here")
    return ctypes.CDLL(found[0])


def main():
    bars = numpy.fromfile(sys.argv[1], dtype="<f8").reshape(len(COLUMNS), -1)
    columns = {name: numpy.ascontiguousarray(bars[place]) for place, name in enumerate(COLUMNS)}
    columns["middle"] = (columns["high"] + columns["low"]) / 2
    count = bars.shape[1]
    c = library()
    c.TA_Initialize()
    print(json.dumps({"version": talib.__ta_version__.decode()}), flush=True)
    for line in sys.stdin:
        question = json.loads(line)
        function = getattr(c, "TA_" + question["function"])
        kind = numpy.int32 if question["areIntegers"] else numpy.float64
        outputs = [numpy.zeros(count, dtype=kind) for _ in range(question["outputs"])]
        begin, written = ctypes.c_int(), ctypes.c_int()
        address = lambda array: ctypes.c_void_p(array.ctypes.data)
        arguments = [ctypes.c_int(0), ctypes.c_int(count - 1)]
        arguments += [address(columns[name]) for name in question["inputs"]]
        for option in question["options"]:
            arguments.append(ctypes.c_double(option["real"]) if isinstance(option, dict) else ctypes.c_int(option))
        arguments += [ctypes.byref(begin), ctypes.byref(written)] + [address(output) for output in outputs]
        quickest = float("inf")
        for _ in range(max(1, question["repeats"])):
            start = time.perf_counter()
            code = function(*arguments)
            quickest = min(quickest, time.perf_counter() - start)
            if code != 0:
                sys.exit("%s gave error %d" % (question["function"], code))
        last = [float(output[written.value - 1]) for output in outputs]
        answer = {"nsPerBar": quickest * 1e9 / count, "last": last, "lookback": begin.value}
        if question["mode"] == "values":
            answer["values"] = [output[written.value - VALUE_COUNT : written.value].tolist() for output in outputs]
        print(json.dumps(answer), flush=True)


main()

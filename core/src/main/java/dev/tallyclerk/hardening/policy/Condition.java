package dev.tallyclerk.hardening.policy;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.document.DocumentValue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A condition of a policy over a document: true, false, or unknown where the document does not say. */
interface Condition {
    /** {@return whether it holds for a value of a document, and why not} */
    Result test(DocumentValue value);

    /** Whether a condition holds. */
    enum Truth {
        HOLDS,
        FAILS,
        UNKNOWN
    }

    /**
     * The result of a condition.
     *
     * @param truth whether it holds
     * @param places where it fails; empty if it does not
     * @param missing what is missing; empty unless it is unknown
     */
    record Result(Truth truth, List<Location> places, List<MissingValue> missing) {
        static final Result HOLDS = new Result(Truth.HOLDS, List.of(), List.of());

        static Result fails(Location at) {
            return new Result(Truth.FAILS, List.of(at), List.of());
        }

        static Result unknown(MissingValue missing) {
            return new Result(Truth.UNKNOWN, List.of(), List.of(missing));
        }
    }

    /** {@return the condition that all of some hold} */
    static Condition all(List<Condition> conditions) {
        return value -> joined(conditions.stream().map(one -> one.test(value)).toList());
    }

    private static Result joined(List<Result> results) {
        List<Location> places = new ArrayList<>();
        List<MissingValue> missing = new ArrayList<>();
        for (Result result : results) {
            places.addAll(result.places());
            missing.addAll(result.missing());
        }
        if (!places.isEmpty()) {
            return new Result(Truth.FAILS, places, List.of());
        }
        return missing.isEmpty() ? Result.HOLDS : new Result(Truth.UNKNOWN, List.of(), missing);
    }

    /** {@return the condition that any of some holds} */
    static Condition any(List<Condition> conditions) {
        return value -> {
            List<MissingValue> missing = new ArrayList<>();
            List<Location> places = new ArrayList<>();
            for (Condition condition : conditions) {
                Result result = condition.test(value);
                if (result.truth() == Truth.HOLDS) {
                    return Result.HOLDS;
                }
                missing.addAll(result.missing());
                places.addAll(result.places());
            }
            return missing.isEmpty()
                    ? new Result(Truth.FAILS, places.subList(0, Math.min(1, places.size())), List.of())
                    : new Result(Truth.UNKNOWN, List.of(), missing);
        };
    }

    /** {@return the condition that another does not hold} */
    static Condition not(Condition condition) {
        return value -> {
            Result result = condition.test(value);
            return switch (result.truth()) {
                case HOLDS -> Result.fails(value.location());
                case FAILS -> Result.HOLDS;
                case UNKNOWN -> result;
            };
        };
    }

    /**
     * {@return the condition that every value at a path passes a test}
     *
     * @param ifAbsent whether it holds for a value that is absent; null for unknown
     */
    static Condition each(ValuePath path, @Nullable Boolean ifAbsent, Function<DocumentValue, Fact<Boolean>> test) {
        return value -> {
            List<Result> results = new ArrayList<>();
            for (Fact<DocumentValue> selected : path.select(value)) {
                results.add(selected.fold(
                        (known, at) -> result(test.apply(known), at), assumed -> Result.HOLDS, missing -> {
                            boolean isAbsent = missing.reason() == MissingValue.Reason.KEY_MISSING;
                            if (!isAbsent || ifAbsent == null) {
                                return Result.unknown(missing.why());
                            }
                            return ifAbsent
                                    ? Result.HOLDS
                                    : Result.fails(missing.at().orElseGet(value::location));
                        }));
            }
            return joined(results);
        };
    }

    private static Result result(Fact<Boolean> passes, Location at) {
        return passes.fold(
                (value, place) -> value ? Result.HOLDS : Result.fails(at),
                assumed -> Result.HOLDS,
                missing -> Result.unknown(missing.why()));
    }
}

package dev.tallyclerk.hardening.policy;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.document.DocumentValue;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonValue.JsonBoolean;
import dev.tallyclerk.internal.json.JsonValue.JsonNumber;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads a condition of a policy. */
final class ConditionDocument {
    private static final int MAX_DEPTH = 8;
    private static final int MAX_NUMBER = 40;
    private static final List<String> TESTS =
            List.of("exists", "equals", "oneOf", "noneOf", "matches", "atLeast", "atMost", "contains");
    private static final Set<String> MEMBERS = Names.inOrder(
            "all",
            "any",
            "not",
            "path",
            "exists",
            "equals",
            "oneOf",
            "noneOf",
            "matches",
            "atLeast",
            "atMost",
            "contains",
            "ifAbsent");

    private ConditionDocument() {}

    static Condition read(JsonCursor at) throws JsonException, PolicyException {
        return read(at, 0);
    }

    private static Condition read(JsonCursor at, int depth) throws JsonException, PolicyException {
        if (depth == MAX_DEPTH) {
            throw at.badValue("is nested more than " + MAX_DEPTH + " levels deep");
        }
        Names.refuseOthers(at, MEMBERS);
        List<String> given = new ArrayList<>();
        for (String name : List.of("all", "any", "not", "path")) {
            if (at.member(name).isPresent()) {
                given.add(name);
            }
        }
        if (given.size() != 1) {
            throw at.badValue("must have one of all, any, not and path");
        }
        String kind = given.get(0);
        if (!kind.equals("path") && at.size() > 1) {
            throw at.badValue("must have nothing beside " + kind);
        }
        JsonCursor operand = at.required(kind);
        return switch (kind) {
            case "all" -> Condition.all(list(operand, depth));
            case "any" -> Condition.any(list(operand, depth));
            case "not" -> Condition.not(read(operand, depth + 1));
            default -> test(at, path(operand));
        };
    }

    private static List<Condition> list(JsonCursor at, int depth) throws JsonException, PolicyException {
        List<Condition> conditions = new ArrayList<>();
        for (JsonCursor element : at.elements()) {
            conditions.add(read(element, depth + 1));
        }
        if (conditions.isEmpty()) {
            throw at.badValue("must have a condition");
        }
        return List.copyOf(conditions);
    }

    static ValuePath path(JsonCursor at) throws JsonException {
        try {
            return ValuePath.parse(at.string());
        } catch (IllegalArgumentException e) {
            throw at.badValue(Texts.messageOf(e));
        }
    }

    private static Condition test(JsonCursor at, ValuePath path) throws JsonException {
        List<String> tests = TESTS.stream().filter(name -> isGiven(at, name)).toList();
        if (tests.size() != 1) {
            throw at.badValue("must have one of " + String.join(", ", TESTS) + " beside path");
        }
        Optional<JsonCursor> absent = at.member("ifAbsent");
        Boolean ifAbsent = absent.isPresent() ? Boolean.valueOf(absent.get().bool()) : null;
        JsonCursor operand = at.required(tests.get(0));
        return switch (tests.get(0)) {
            case "exists" -> exists(at, operand, path, ifAbsent);
            case "equals" -> {
                Function<DocumentValue, Fact<Boolean>> equal = equalTo(operand);
                yield Condition.each(path, ifAbsent, equal);
            }
            case "oneOf" -> Condition.each(path, ifAbsent, among(operand));
            case "noneOf" -> {
                Function<DocumentValue, Fact<Boolean>> among = among(operand);
                yield Condition.each(path, ifAbsent, value -> among.apply(value).map(is -> !is));
            }
            case "matches" -> {
                String pattern = operand.string();
                yield Condition.each(path, ifAbsent, value -> value.scalar().map(text -> matches(pattern, text)));
            }
            case "atLeast" -> {
                BigDecimal least = number(operand);
                yield Condition.each(path, ifAbsent, numeric(number -> number.compareTo(least) >= 0));
            }
            case "atMost" -> {
                BigDecimal most = number(operand);
                yield Condition.each(path, ifAbsent, numeric(number -> number.compareTo(most) <= 0));
            }
            default -> {
                String wanted = operand.string();
                yield Condition.each(path, ifAbsent, value -> contains(value, wanted));
            }
        };
    }

    private static boolean isGiven(JsonCursor at, String name) {
        try {
            return at.member(name).isPresent();
        } catch (JsonException e) {
            return false;
        }
    }

    private static Condition exists(JsonCursor at, JsonCursor operand, ValuePath path, @Nullable Boolean ifAbsent)
            throws JsonException {
        if (ifAbsent != null) {
            throw at.badValue("must not have ifAbsent beside exists");
        }
        boolean isWanted = operand.bool();
        return Condition.each(path, !isWanted, value -> Fact.known(isWanted, value.location()));
    }

    private static Function<DocumentValue, Fact<Boolean>> among(JsonCursor operand) throws JsonException {
        List<Function<DocumentValue, Fact<Boolean>>> tests = new ArrayList<>();
        for (JsonCursor element : operand.elements()) {
            tests.add(equalTo(element));
        }
        if (tests.isEmpty()) {
            throw operand.badValue("must have a value");
        }
        return value -> {
            Fact<Boolean> last = Fact.known(false, value.location());
            for (Function<DocumentValue, Fact<Boolean>> test : tests) {
                last = test.apply(value);
                if (last instanceof Fact.Known<Boolean> known && known.value()) {
                    return last;
                }
            }
            return last;
        };
    }

    private static Function<DocumentValue, Fact<Boolean>> equalTo(JsonCursor operand) throws JsonException {
        JsonValue wanted = operand.value();
        if (wanted instanceof JsonString text) {
            return value -> value.text().map(text.value()::equals);
        }
        if (wanted instanceof JsonBoolean flag) {
            return value -> value.bool().map(is -> is == flag.value());
        }
        if (wanted instanceof JsonNumber) {
            BigDecimal number = number(operand);
            return numeric(is -> is.compareTo(number) == 0);
        }
        throw operand.wrongType("a text, a number, true or false");
    }

    private static BigDecimal number(JsonCursor at) throws JsonException {
        if (at.value() instanceof JsonNumber number && number.text().length() <= MAX_NUMBER && isSmall(number.text())) {
            return new BigDecimal(number.text());
        }
        throw at.wrongType("a number of at most " + MAX_NUMBER + " characters without exponent");
    }

    /** Without an exponent a number takes no more memory than its text. */
    private static boolean isSmall(String text) {
        return text.indexOf('e') < 0 && text.indexOf('E') < 0;
    }

    private static Function<DocumentValue, Fact<Boolean>> numeric(Predicate<BigDecimal> test) {
        return value -> {
            if (value.type() != DocumentValue.Type.NUMBER) {
                return value.integer().map(number -> false);
            }
            if (value.integer() instanceof Fact.Known<Long> known) {
                return Fact.known(test.test(BigDecimal.valueOf(known.value())), known.at());
            }
            return value.scalar().flatMapAt((text, at) -> {
                try {
                    if (text.length() <= MAX_NUMBER && isSmall(text)) {
                        return Fact.known(test.test(new BigDecimal(text)), at);
                    }
                } catch (NumberFormatException e) {
                    // Falls through: infinity and its like are no numbers to compare.
                }
                return Fact.missing(MissingValue.Reason.UNREADABLE, at + " is not a number to compare", at);
            });
        };
    }

    private static Fact<Boolean> contains(DocumentValue value, String wanted) {
        return value.type() == DocumentValue.Type.MAPPING
                ? Fact.known(value.names().contains(wanted), value.location())
                : value.texts().map(texts -> texts.contains(wanted));
    }

    /** {@return whether a text is as a pattern, in which {@code *} is any characters and {@code ?} one} */
    private static boolean matches(String pattern, String text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int resume = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                resume = t;
            } else if (p < pattern.length() && (pattern.charAt(p) == '?' || pattern.charAt(p) == text.charAt(t))) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++resume;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}

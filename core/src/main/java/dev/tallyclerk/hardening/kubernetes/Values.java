package dev.tallyclerk.hardening.kubernetes;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.document.DocumentValue;
import java.util.List;

/** Values of a manifest with the defaults that the API server fills in. */
final class Values {
    private static final String WHY = "the Kubernetes API documents this default";

    private Values() {}

    /** {@return a fact, or the API's default if the value is absent or null} */
    static <T> Fact<T> orDefault(Fact<T> fact, T value) {
        return fact instanceof Fact.Missing<T> missing
                        && isAbsent(missing)
                        && missing.at().isPresent()
                ? Fact.defaulted(value, WHY, missing.at().get())
                : fact;
    }

    static boolean isAbsent(Fact<?> fact) {
        return fact instanceof Fact.Missing<?> missing && missing.reason() == MissingValue.Reason.KEY_MISSING;
    }

    static boolean isUnreadable(Fact<?> fact) {
        return fact instanceof Fact.Missing<?> missing && missing.reason() != MissingValue.Reason.KEY_MISSING;
    }

    static List<DocumentValue> elements(DocumentValue value, String... path) {
        return value.elements(path).fold((list, at) -> list, Fact.Defaulted::value, missing -> List.of());
    }

    /** {@return the text at a path, or empty} */
    static String text(DocumentValue value, String... path) {
        return value.text(path).fold((text, at) -> text, Fact.Defaulted::value, missing -> "");
    }

    /** {@return whether a value of any type but null is there} */
    static boolean has(DocumentValue value, String... path) {
        return value.value(path) instanceof Fact.Known<?>;
    }

    /** {@return the place of a value, or where it would be} */
    static Location place(DocumentValue value, String... path) {
        return value.value(path)
                .fold(
                        (known, at) -> at,
                        Fact.Defaulted::at,
                        missing -> missing.at().orElseGet(value::location));
    }
}

package dev.tallyclerk.version;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class VersionOrderProperties {
    private static final List<String> PIECES = List.of(
            "0",
            "1",
            "01",
            "10",
            "2",
            "9",
            "99999999999999999999",
            ".",
            ".",
            ".",
            "-",
            "-",
            "_",
            "~",
            "^",
            "+",
            ":",
            "a",
            "b",
            "c",
            "rc",
            "alpha",
            "beta",
            "pre",
            "post",
            "dev",
            "sp",
            "final",
            "p",
            "pl",
            "r",
            "git",
            "x",
            "A",
            "RC",
            "v",
            "1.0.0",
            "1.0",
            "-r1",
            "-rc.1",
            "!",
            "@",
            " ",
            "é");

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.of(PIECES).list().ofMaxSize(8).map(pieces -> String.join("", pieces));
    }

    @Provide
    Arbitrary<String> versions() {
        Arbitrary<String> start = Arbitraries.of("1", "1.0", "1.0.0", "v1.0.0", "v1", "0", "2.1.0", "1.0.0-1");
        return start.flatMap(
                first -> Arbitraries.of(PIECES).list().ofMaxSize(4).map(pieces -> first + String.join("", pieces)));
    }

    @Property
    void parsesOrRefusesAnyText(@ForAll VersionOrder order, @ForAll String text) {
        parse(order, text);
    }

    @Property
    void isLevelWithItself(@ForAll VersionOrder order, @ForAll("texts") String text) {
        for (Version version : parse(order, text)) {
            assertEquals(0, version.compareTo(order.parse(text)));
        }
    }

    @Property
    void isAntisymmetric(
            @ForAll VersionOrder order, @ForAll("versions") String first, @ForAll("versions") String second) {
        for (Version a : parse(order, first)) {
            for (Version b : parse(order, second)) {
                assertEquals(Integer.signum(a.compareTo(b)), -Integer.signum(b.compareTo(a)));
            }
        }
    }

    @Property
    void isTransitive(
            @ForAll VersionOrder order,
            @ForAll("versions") String first,
            @ForAll("versions") String second,
            @ForAll("versions") String third) {
        if (order == VersionOrder.ARCH) {
            return; // by its own definition it is not
        }
        for (Version a : parse(order, first)) {
            for (Version b : parse(order, second)) {
                for (Version c : parse(order, third)) {
                    if (a.compareTo(b) <= 0 && b.compareTo(c) <= 0) {
                        assertTrue(a.compareTo(c) <= 0, () -> a + " <= " + b + " <= " + c);
                    }
                }
            }
        }
    }

    private static List<Version> parse(VersionOrder order, String text) {
        try {
            return List.of(order.parse(text));
        } catch (InvalidVersionException e) {
            return List.of();
        }
    }
}

package dev.tallyclerk.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.MalformedReferenceException.Reason;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;

class ReferenceProperties {
    static final List<Function<String, ?>> ENTRY_POINTS =
            List.of(Reference::parse, Reference::parseNormalized, Reference::parseDockerRef, AnyReference::parse);

    /** The grammar as its documentation writes it, for a reader that backtracks and so suits short texts only. */
    private static final Pattern GRAMMAR = Pattern.compile(
            "((?<domain>(?:LABEL(?:\\.LABEL)*|\\[[a-fA-F0-9:]+])(?::[0-9]+)?)/)?(?<path>COMPONENT(?:/COMPONENT)*)"
                            .replace("LABEL", "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])")
                            .replace("COMPONENT", "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*")
                    + "(?::(?<tag>[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}))?"
                    + "(?:@(?<digest>[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?");

    @Property
    void anyTextIsReadOrRefusedWithABoundedMessage(
            @ForAll @Chars({'a', 'B', '0', '.', '_', '-', '/', ':', '@', '[', ']', ' ', 'é', '\u212a', '\ud801'})
                    String text) {
        for (Function<String, ?> parse : ENTRY_POINTS) {
            try {
                Object value = parse.apply(text);
                assertEquals(value, parse.apply(value.toString()));
            } catch (MalformedReferenceException e) {
                assertTrue(e.toString().length() < 300);
            }
        }
    }

    @Property(tries = 20_000)
    void acceptsWhatTheGrammarAccepts(
            @ForAll @StringLength(max = 14) @Chars({'a', 'B', '0', '.', '_', '-', '/', ':', '[', ']'}) String name,
            @ForAll("digestTexts") String digest) {
        for (String text : List.of(name, name + '@' + digest)) {
            var matcher = GRAMMAR.matcher(text);
            if (!matcher.matches()) {
                var e = assertThrows(MalformedReferenceException.class, () -> Reference.parse(text));
                assertNotEquals(Reason.TOO_LONG, e.reason());
                assertNotEquals(Reason.BAD_DIGEST, e.reason());
                continue;
            }
            try {
                Reference reference = Reference.parse(text);
                assertEquals(Optional.ofNullable(matcher.group("domain")).orElse(""), reference.domain());
                assertEquals(matcher.group("path"), reference.path());
                assertEquals(Optional.ofNullable(matcher.group("tag")), reference.tag());
                assertEquals(
                        Optional.ofNullable(matcher.group("digest")),
                        reference.digest().map(Digest::toString));
            } catch (MalformedReferenceException e) {
                assertEquals(Reason.BAD_DIGEST, e.reason(), text);
            }
        }
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void theTextOfANameLeadsBackToIt(@ForAll("names") String text) {
        Reference reference = Reference.parse(text);
        assertEquals(text, reference.toString());
        assertEquals(reference, Reference.parse(reference.toString()));
        assertEquals(reference.hashCode(), Reference.parse(text).hashCode());
        assertEquals(
                reference,
                reference.withoutTag().digest().map(reference::withDigest).orElse(reference));
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void aNormalisedNameStaysAsItIs(@ForAll("names") String text) {
        Reference named = Reference.parseNormalized(text);
        assertEquals(named, Reference.parseNormalized(named.toString()));
        assertEquals(named, Reference.parse(named.toString()));
        Reference pulled = Reference.parseDockerRef(text);
        assertEquals(pulled, Reference.parseDockerRef(pulled.toString()));
        assertTrue(pulled.tag().isPresent() != pulled.digest().isPresent());
        assertEquals(named.name(), pulled.name());
        assertEquals(named.digest(), pulled.digest());
        AnyReference any = AnyReference.parse(text);
        assertEquals(any, AnyReference.parse(any.toString()));
    }

    /**
     * All cases in which Docker's short form is another name: a user called like a host, and a repository like an ID.
     */
    @Property(edgeCases = EdgeCasesMode.NONE)
    void theShortFormLeadsBackUnlessDockersRuleForbidsIt(@ForAll("names") String text) {
        Reference named = Reference.parseNormalized(text);
        String shown = named.familiar();
        assertEquals(shown, named.familiar());
        if (shown.matches("[0-9a-f]{64}")) {
            assertThrows(MalformedReferenceException.class, () -> Reference.parseNormalized(shown));
            return;
        }
        int slash = shown.indexOf('/');
        String first = slash < 0 ? "" : shown.substring(0, slash);
        boolean looksLikeAHost = first.equals("localhost") || first.contains(".");
        if (!named.domain().equals(Reference.DEFAULT_DOMAIN) || !looksLikeAHost) {
            assertEquals(named, Reference.parseNormalized(shown));
        } else {
            assertNotEquals(named, Reference.parseNormalized(shown));
        }
    }

    @Provide
    Arbitrary<String> digestTexts() {
        Arbitrary<String> algorithm =
                Arbitraries.of("sha256", "sha512", "sha384", "SHA256", "a+b.c", "a++b", "+a", "1a", "");
        Arbitrary<Integer> length = Arbitraries.of(31, 32, 64, 128);
        return Combinators.combine(algorithm, length, Arbitraries.of("0", "f", "F", "g"))
                .as((name, count, digit) -> name + ':' + digit.repeat(count));
    }

    @Provide
    Arbitrary<String> names() {
        Arbitrary<String> label = joined(word("aZ9"), "-", "--");
        Arbitrary<String> host = Arbitraries.oneOf(
                label.list().ofMinSize(2).ofMaxSize(4).map(labels -> String.join(".", labels)),
                Arbitraries.of(
                        "localhost", "docker.io", "index.docker.io", "[::1]", "[2001:DB8::9]", "Host", "library"));
        Arbitrary<String> port = Arbitraries.of("", "", ":5000", ":0");
        Arbitrary<String> domain = Combinators.combine(host, port).as((name, number) -> name + number + '/');
        Arbitrary<String> component = Arbitraries.oneOf(
                joined(word("ab9"), ".", "_", "__", "-", "----"), Arbitraries.of("library", "localhost", "sha256"));
        Arbitrary<String> path = component.list().ofMinSize(1).ofMaxSize(4).map(parts -> String.join("/", parts));
        Arbitrary<String> tag = Arbitraries.strings()
                .withChars("aZ9_")
                .ofMinLength(1)
                .ofMaxLength(4)
                .flatMap(first ->
                        Arbitraries.strings().withChars("a.-_").ofMaxLength(124).map(first::concat))
                .map(text -> ':' + text);
        Arbitrary<String> digest = Arbitraries.strings()
                .withChars("0123456789abcdef")
                .ofLength(64)
                .flatMap(hex -> Arbitraries.of("@sha256:" + hex, "@sha512:" + hex + hex));
        return Combinators.combine(
                        Arbitraries.oneOf(Arbitraries.just(""), domain),
                        path,
                        Arbitraries.oneOf(Arbitraries.just(""), tag),
                        Arbitraries.oneOf(Arbitraries.just(""), digest))
                .as((a, b, c, d) -> a + b + c + d);
    }

    private static Arbitrary<String> word(String characters) {
        return Arbitraries.strings().withChars(characters).ofMinLength(1).ofMaxLength(5);
    }

    private static Arbitrary<String> joined(Arbitrary<String> word, String... separators) {
        return Combinators.combine(word, Arbitraries.of(separators), word)
                .as((first, separator, second) -> first + separator + second)
                .flatMap(pair -> Arbitraries.of(pair, pair + separators[0] + "0"));
    }
}

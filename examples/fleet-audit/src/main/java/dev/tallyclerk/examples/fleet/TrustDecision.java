package dev.tallyclerk.examples.fleet;

import dev.tallyclerk.evidence.TrustResult;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * Whether the right people have signed an image.
 *
 * @param decision {@code accepted}, {@code rejected}, {@code incomplete} or {@code not asked}
 * @param rule the scope of the rule that decided, or an empty text
 * @param by who has signed, sorted
 * @param because the reasons
 */
public record TrustDecision(String decision, String rule, List<String> by, List<String> because)
        implements Serializable {
    /** Nobody has to sign. */
    static final TrustDecision NOT_ASKED = new TrustDecision("not asked", "", List.of(), List.of());

    /** What stands for an image are other documents than it promises, or none. */
    static final TrustDecision UNVERIFIED =
            new TrustDecision("incomplete", "", List.of(), List.of("no signature holds for documents that do not"));

    private static final long serialVersionUID = 1;

    /** Keeps copies. */
    public TrustDecision {
        by = List.copyOf(by);
        because = List.copyOf(because);
    }

    static TrustDecision of(TrustResult result) {
        return new TrustDecision(
                result.decision().kind().name().toLowerCase(Locale.ROOT),
                result.rule(),
                result.evidence().stream()
                        .map(each -> each.signer().toString())
                        .distinct()
                        .sorted()
                        .toList(),
                result.decision().because());
    }

    boolean isAsked() {
        return !decision.equals(NOT_ASKED.decision);
    }

    /** {@return whether the image may be used as far as signatures go} */
    boolean passes() {
        return !isAsked() || decision.equals("accepted");
    }

    void writeTo(DataOutput out) throws IOException {
        Texts.write(List.of(decision, rule), out);
        Texts.write(by, out);
        Texts.write(because, out);
    }

    static TrustDecision readFrom(DataInput in) throws IOException {
        List<String> texts = Texts.readList(in);
        return new TrustDecision(texts.get(0), texts.get(1), Texts.readList(in), Texts.readList(in));
    }

    void writeTo(Json json) {
        json.open('{').member("decision", decision).member("rule", rule);
        json.name("by").open('[');
        by.forEach(json::text);
        json.close(']').name("because").open('[');
        because.forEach(json::text);
        json.close(']').close('}');
    }
}

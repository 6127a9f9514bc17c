package dev.tallyclerk.examples.fleet;

import java.io.Serializable;
import java.util.List;

/**
 * What was decided on one image, as a line of JSON has it.
 *
 * @param image its location
 * @param digest the digest of its name; empty if it is not known
 * @param decision {@code accepted}, {@code rejected} or {@code incomplete}
 * @param isVerified whether its documents and layers are what was promised
 * @param because the reasons
 * @param signed {@code yes}, {@code no} or {@code unknown}
 * @param trust whether the right people have signed
 * @param base its lowest layer
 * @param layers its layers, the lowest first
 * @param wrongLayers the layers whose bytes are not the promised ones
 * @param rules the rules that failed
 */
public record Verdict(
        String image,
        String digest,
        String decision,
        boolean isVerified,
        List<String> because,
        String signed,
        TrustDecision trust,
        Base base,
        List<Layer> layers,
        List<WrongLayer> wrongLayers,
        List<FailedRule> rules)
        implements Serializable {
    /** Keeps copies. */
    public Verdict {
        because = List.copyOf(because);
        layers = List.copyOf(layers);
        wrongLayers = List.copyOf(wrongLayers);
        rules = List.copyOf(rules);
    }

    private static final long serialVersionUID = 1;

    /**
     * What an image begins with.
     *
     * @param name the name of the base by the image's own account, or an empty text
     * @param layer the digest of the lowest layer, or an empty text
     * @param created when that was made by the image's own account, in ISO 8601, or an empty text
     */
    public record Base(String name, String layer, String created) implements Serializable {
        private static final long serialVersionUID = 1;
    }

    /**
     * A layer.
     *
     * @param digest the digest of its bytes
     * @param size their number
     */
    public record Layer(String digest, long size) implements Serializable {
        private static final long serialVersionUID = 1;
    }

    /**
     * A layer that may not be used.
     *
     * @param digest the digest that its bytes should have
     * @param reason why, in one word
     * @param message why, for people
     */
    public record WrongLayer(String digest, String reason, String message) implements Serializable {
        private static final long serialVersionUID = 1;
    }

    /**
     * A rule that failed.
     *
     * @param id the rule
     * @param title its title
     * @param severity the highest severity of its findings
     * @param problems how many problems it found
     */
    public record FailedRule(String id, String title, String severity, long problems) implements Serializable {
        private static final long serialVersionUID = 1;
    }

    /** {@return this as one line of JSON, without its end} */
    public String toJson() {
        Json json = new Json();
        json.open('{').member("image", image).member("digest", digest).member("decision", decision);
        json.member("verified", isVerified);
        json.name("because").open('[');
        because.forEach(json::text);
        json.close(']').member("signed", signed).name("trust");
        trust.writeTo(json);
        json.name("base").open('{');
        json.member("name", base.name()).member("layer", base.layer()).member("created", base.created());
        json.close('}').name("layers").open('[');
        for (Layer layer : layers) {
            json.open('{')
                    .member("digest", layer.digest())
                    .member("size", layer.size())
                    .close('}');
        }
        json.close(']').name("wrongLayers").open('[');
        for (WrongLayer wrong : wrongLayers) {
            json.open('{').member("digest", wrong.digest()).member("reason", wrong.reason());
            json.member("message", wrong.message()).close('}');
        }
        json.close(']').name("rules").open('[');
        for (FailedRule rule : rules) {
            json.open('{').member("id", rule.id()).member("severity", rule.severity());
            json.member("problems", rule.problems()).close('}');
        }
        return json.close(']').close('}').toString();
    }
}

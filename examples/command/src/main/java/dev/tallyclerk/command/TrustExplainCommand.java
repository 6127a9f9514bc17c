package dev.tallyclerk.command;

import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.policy.TrustPolicy;
import dev.tallyclerk.trust.policy.TrustRule;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code tallyclerk trust explain}: which rule covers a name. The JSON:
 *
 * <pre>{@code
 * {"schema": "dev.tallyclerk.trust-rules", "schemaVersion": 1, "image": TEXT, "policy": TEXT,
 *  "rules": [{"scope": TEXT, "requires": TEXT}...]}
 * }</pre>
 *
 * where the first rule decides.
 */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Says which rule of a trust policy covers an image name, and what it requires.",
            "Reads the policy only; the image need not exist."
        },
        footer = {"", "Exit status: 0 a rule covers the name; 1 none does, so it is rejected; 3 usage error."})
final class TrustExplainCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Clock clock;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "IMAGE", description = "[HOST/]REPOSITORY[:TAG|@DIGEST]; without HOST, Docker Hub.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String image;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private TrustOptions trust;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text or json; default text.")
    private Format format = Format.TEXT;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private RegistryAccess registry;

    /** Formats of the answer. */
    enum Format {
        TEXT,
        JSON
    }

    TrustExplainCommand(Terminal terminal, Clock clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        trust.check(spec);
        if (trust.isEmpty()) {
            throw Usage.error(spec, "nothing to explain: give --trust-policy FILE");
        }
        Reference name =
                Usage.parsed(spec, () -> Reference.parseNormalized(image).withDefaultTag());
        TrustPolicy policy =
                trust.policy(spec, new TrustRepositories(terminal, clock, registry.clients(terminal), null));
        List<TrustRule> rules = policy.covering(Optional.of(name));
        if (format == Format.JSON) {
            writeJson(name, policy, rules);
        } else {
            write(name, policy, rules);
        }
        terminal.out().flush();
        return rules.isEmpty() ? ExitCode.REJECTED : ExitCode.ACCEPTED;
    }

    private void write(Reference name, TrustPolicy policy, List<TrustRule> rules) {
        if (rules.isEmpty()) {
            terminal.out()
                    .println("no rule of " + Quoted.printable(policy.name()) + " covers " + name
                            + ", so it is rejected; there are rules for:");
            policy.rules().forEach(rule -> terminal.out().println("  " + rule.scope()));
            return;
        }
        TrustRule first = rules.get(0);
        terminal.out()
                .println(name + " is covered by the rule " + first.scope() + " of " + Quoted.printable(policy.name())
                        + ", which requires");
        terminal.out().println("  " + first.requirement());
        if (rules.size() > 1) {
            terminal.out().println("less specific rules, which have no effect:");
            rules.stream().skip(1).forEach(rule -> terminal.out().println("  " + rule.scope()));
        }
    }

    private void writeJson(Reference name, TrustPolicy policy, List<TrustRule> rules) throws IOException {
        JsonOutput json = new JsonOutput(terminal.out());
        json.beginObject().member("schema", "dev.tallyclerk.trust-rules").member("schemaVersion", 1);
        json.member("image", name.toString()).member("policy", policy.name());
        json.name("rules").beginArray();
        for (TrustRule rule : rules) {
            json.beginObject().member("scope", rule.scope().toString());
            json.member("requires", rule.requirement().toString()).endObject();
        }
        json.endArray().endObject().finish();
    }
}

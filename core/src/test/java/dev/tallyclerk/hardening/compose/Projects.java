package dev.tallyclerk.hardening.compose;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.container.ContainerRules;
import dev.tallyclerk.hardening.source.SourceContext;
import dev.tallyclerk.hardening.source.SourceDocument;
import dev.tallyclerk.hardening.source.SubjectFile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Makes projects, and judges them by all rules. */
final class Projects {
    private static final Auditor AUDITOR =
            Auditor.of(Policy.defaults().withProfile(Profile.STRICT), ContainerRules.ruleSet(), ComposeRules.ruleSet());

    private Projects() {}

    static SourceDocument document(String name, String yaml) {
        return SourceDocument.of(name, yaml.getBytes(StandardCharsets.UTF_8));
    }

    /** {@return a context with files, of which those that end in yaml or yml are not read by themselves} */
    static SourceContext context(Map<String, String> files) {
        return SourceContext.create()
                .withFiles(path -> Optional.ofNullable(files.get(path)).map(text -> document(path, text)));
    }

    /** {@return the model of the files that begin with compose, with all files at hand} */
    static Item.Members model(Map<String, String> environment, Map<String, String> files)
            throws MalformedSubjectException {
        ComposeSettings settings = ComposeSettings.defaults().withEnvironment(environment);
        return new ProjectReader(settings, context(files)).read(documents(files));
    }

    static List<SourceDocument> documents(Map<String, String> files) {
        List<SourceDocument> documents = new ArrayList<>();
        new TreeMap<>(files).forEach((name, text) -> {
            if (name.startsWith("compose")) {
                documents.add(document(name, text));
            }
        });
        return documents;
    }

    static List<Subject> subjects(ComposeKind kind, Map<String, String> files) throws MalformedSubjectException {
        SubjectFile file =
                kind.asOneProject().readAll(documents(files), context(files)).get(0);
        if (file.failure().isPresent()) {
            throw file.failure().get();
        }
        return file.subjects();
    }

    /** {@return the one service of a file} */
    static ComposeService service(String yaml) throws MalformedSubjectException {
        return service(ComposeKind.create(), Map.of("compose.yaml", yaml), "web");
    }

    static ComposeService service(ComposeKind kind, Map<String, String> files, String name)
            throws MalformedSubjectException {
        return subjects(kind, files).stream()
                .filter(ComposeService.class::isInstance)
                .map(ComposeService.class::cast)
                .filter(service -> service.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    static List<Finding> findings(Subject subject) {
        return AUDITOR.audit(List.of(subject)).findings();
    }

    static Finding finding(Subject subject, String rule) {
        return findings(subject).stream()
                .filter(finding -> finding.rule().id().value().equals(rule))
                .findFirst()
                .orElseThrow();
    }

    static Map<String, Outcome.Kind> kinds(Subject subject) {
        Map<String, Outcome.Kind> kinds = new TreeMap<>();
        findings(subject).forEach(finding -> kinds.put(finding.rule().id().value(), finding.kind()));
        return kinds;
    }
}

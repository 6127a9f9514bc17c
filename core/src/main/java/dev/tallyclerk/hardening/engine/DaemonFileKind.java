package dev.tallyclerk.hardening.engine;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.source.Recognition;
import dev.tallyclerk.hardening.source.SourceContext;
import dev.tallyclerk.hardening.source.SourceDocument;
import dev.tallyclerk.hardening.source.SubjectKind;
import java.util.List;
import java.util.Set;

/**
 * {@code daemon.json} files: the engine that such a file configures, as far as the file alone tells.
 *
 * <p>Immutable.
 */
public final class DaemonFileKind implements SubjectKind {
    private static final DaemonFileKind INSTANCE = new DaemonFileKind();

    private DaemonFileKind() {}

    /** {@return the kind} */
    public static DaemonFileKind create() {
        return INSTANCE;
    }

    @Override
    public String name() {
        return EngineSubject.KIND;
    }

    @Override
    public String title() {
        return "engine configuration (daemon.json)";
    }

    @Override
    public Recognition recognise(SourceDocument document) {
        if (!document.start().stripLeading().startsWith("{")) {
            return Recognition.NONE;
        }
        Set<String> names = document.memberNames();
        long known = names.stream().filter(DaemonKeys::isKnown).count();
        boolean isNamed = document.name().endsWith(DaemonFile.NAME);
        if (known == 0 && !(isNamed && names.isEmpty())) {
            return Recognition.NONE;
        }
        // Some keys, such as hosts or labels, are those of many programs.
        boolean isSpecific = names.stream().anyMatch(name -> name.contains("-") && DaemonKeys.isKnown(name)) || isNamed;
        return isSpecific && known * 2 >= names.size() ? Recognition.CERTAIN : Recognition.NONE;
    }

    @Override
    public List<EngineSubject> read(SourceDocument document, SourceContext context) throws MalformedSubjectException {
        return List.of(EngineSubject.builder(document.name(), context.limits())
                .daemonJson(document.content())
                .build());
    }
}

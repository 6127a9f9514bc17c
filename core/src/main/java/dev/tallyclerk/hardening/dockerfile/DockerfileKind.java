package dev.tallyclerk.hardening.dockerfile;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.MalformedSubjectException.Reason;
import dev.tallyclerk.hardening.source.Recognition;
import dev.tallyclerk.hardening.source.SourceContext;
import dev.tallyclerk.hardening.source.SourceDocument;
import dev.tallyclerk.hardening.source.SubjectKind;
import dev.tallyclerk.internal.text.Words;
import dev.tallyclerk.text.Quoted;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Dockerfiles as files: they begin with {@code FROM}, or with {@code ARG} and then {@code FROM}, in any case.
 *
 * <p>A file that begins with another instruction is one too if its name says so. Immutable.
 */
public final class DockerfileKind implements SubjectKind {
    private static final DockerfileKind INSTANCE = new DockerfileKind(null);

    private static final Pattern FROM = Pattern.compile("(?i)FROM\\s+(?:--\\S+\\s+)*\\S+(?:\\s+AS\\s+\\S+)?\\s*\\\\?");
    private static final Pattern ARG = Pattern.compile("(?i)ARG\\s+\\S.*");
    private static final Pattern DIRECTIVE = Pattern.compile("(?i)(?:#|//)\\s*syntax\\s*=\\s*\\S+.*");
    private static final Pattern NAME = Pattern.compile(
            "(?i)(?:.*[/\\\\])?(?:(?:.*\\.)?(?:Dockerfile|Containerfile)|(?:Dockerfile|Containerfile)[.-].*)");
    private static final Set<String> KEYWORDS = Words.set("""
            ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER
            VOLUME WORKDIR
            """);

    /** What follows FROM in a description of a language model. */
    private static final Set<String> OF_MODELS = Words.set("PARAMETER TEMPLATE SYSTEM ADAPTER LICENSE MESSAGE");

    private final @Nullable String target;

    private DockerfileKind(@Nullable String target) {
        this.target = target;
    }

    /** {@return the kind, for the last stage of each file} */
    public static DockerfileKind create() {
        return INSTANCE;
    }

    /**
     * {@return this kind, for another stage}
     *
     * @param target the name or number of the stage, as for {@code docker build --target}; a file without it is
     *     malformed
     */
    public DockerfileKind withTarget(String target) {
        return new DockerfileKind(Objects.requireNonNull(target, "target"));
    }

    @Override
    public String name() {
        return DockerfileSubject.KIND;
    }

    @Override
    public String title() {
        return "Dockerfile";
    }

    @Override
    public Recognition recognise(SourceDocument document) {
        boolean isNamed = NAME.matcher(document.name()).matches();
        boolean isContinued = false;
        boolean hasFrom = false;
        String start = document.start();
        int end = -1;
        while (end < start.length()) {
            int from = end + 1;
            end = start.indexOf('\n', from);
            end = end < 0 ? start.length() : end;
            String text = start.substring(from, end).strip();
            if (isContinued
                    || text.isEmpty()
                    || text.startsWith("#")
                    || DIRECTIVE.matcher(text).matches()) {
                isContinued = isContinued && text.endsWith("\\");
                continue;
            }
            String keyword = text.split("\\s", 2)[0].toUpperCase(Locale.ROOT);
            if (hasFrom) {
                return OF_MODELS.contains(keyword) ? Recognition.NONE : Recognition.CERTAIN;
            }
            if (FROM.matcher(text).matches()) {
                hasFrom = true;
                continue;
            }
            if (isNamed && KEYWORDS.contains(keyword)) {
                return Recognition.CERTAIN;
            }
            if (!ARG.matcher(text).matches()) {
                return Recognition.NONE;
            }
            isContinued = text.endsWith("\\");
        }
        return hasFrom ? Recognition.CERTAIN : Recognition.NONE;
    }

    @Override
    public List<DockerfileSubject> read(SourceDocument document, SourceContext context)
            throws MalformedSubjectException {
        DockerfileSubject subject = DockerfileSubject.parse(document.name(), document.content(), context.limits());
        String name = document.name().replace('\\', '/');
        String own = name.substring(name.lastIndexOf('/') + 1) + ".dockerignore";
        if (context.beside(document, own).isPresent()
                || context.beside(document, ".dockerignore").isPresent()) {
            subject = subject.withIgnoreFile(true);
        }
        if (target == null) {
            return List.of(subject);
        }
        if (subject.file().stage(target).isEmpty()) {
            throw new MalformedSubjectException(
                    Reason.BAD_VALUE, document.name(), "", "there is no stage " + Quoted.quote(target));
        }
        return List.of(subject.withTarget(target));
    }
}

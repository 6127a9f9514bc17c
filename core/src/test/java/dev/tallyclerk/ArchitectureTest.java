package dev.tallyclerk;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.net.URLEncoder;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.tallyclerk");

    /** What decides about findings, and says it; everything else about hardening is subjects and rules. */
    private static final String[] JUDGEMENT = {
        "dev.tallyclerk.hardening.audit..",
        "dev.tallyclerk.hardening.policy..",
        "dev.tallyclerk.hardening.report..",
        "dev.tallyclerk.hardening.yaml.."
    };

    private static final DescribedPredicate<JavaClass> SUBJECTS_AND_RULES =
            resideInAPackage("dev.tallyclerk.hardening..").and(not(resideInAnyPackage(JUDGEMENT)));

    /** Reasons are never changed, so a second name for what another area has a name for would stay. */
    @Test
    void oneFailureHasOneReason() {
        Set<String> others = Set.of("LIMIT", "DUPLICATE", "MISSING", "INVALID_JSON", "MALFORMED_JSON");
        List<String> names = CORE.stream()
                .filter(type -> type.isEnum() && type.getSimpleName().equals("Reason"))
                .filter(type -> !type.getPackageName().contains(".internal."))
                .flatMap(type -> type.getFields().stream()
                        .filter(field -> field.getRawType().equals(type))
                        .map(field -> field.getName()))
                .toList();
        assertTrue(names.contains("LIMIT_EXCEEDED"), names::toString);
        assertEquals(List.of(), names.stream().filter(others::contains).toList());
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.tallyclerk.(**)").should().beFreeOfCycles().check(CORE);
    }

    @Test
    void onlyTheJsonPackageSeesJackson() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.tallyclerk.internal.json..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.fasterxml..")
                .check(CORE);
    }

    @Test
    void onlyItsPackageSeesTheYamlParser() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.tallyclerk.hardening.yaml")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.snakeyaml..")
                .check(CORE);
    }

    @Test
    void onlyItsPackagesSeeTheHttpClient() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.tallyclerk.internal.http", "dev.tallyclerk.verify.http")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.net.http..")
                .check(CORE);
    }

    /** They are handed bytes; reports are written to a stream of the caller's. */
    @Test
    void digestsReferencesAndRulesDoNoInputOrOutput() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.tallyclerk.digest..",
                        "dev.tallyclerk.reference..",
                        "dev.tallyclerk.hardening..",
                        "dev.tallyclerk.internal.secret..",
                        "dev.tallyclerk.internal.shell..",
                        "dev.tallyclerk.internal.subject..",
                        "dev.tallyclerk.internal.text..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                                "java.net..",
                                "java.nio.file..",
                                "java.nio.channels..",
                                "dev.tallyclerk.internal.file..",
                                "dev.tallyclerk.internal.http..",
                                "dev.tallyclerk.internal.socket..")
                        .or(nameMatching("java\\.io\\.(File|RandomAccess).*"))
                        // Encodes text, for a report.
                        .and(not(type(URLEncoder.class))))
                .check(CORE);
    }

    /** Only an audit does, with an executor of the caller's. */
    @Test
    void digestsReferencesAndRulesUseNoThreads() {
        noClasses()
                .that(resideInAnyPackage(
                                "dev.tallyclerk.digest..", "dev.tallyclerk.reference..", "dev.tallyclerk.hardening..")
                        .and(not(resideInAPackage("dev.tallyclerk.hardening.audit"))))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.concurrent..")
                .check(CORE);
    }

    /** Only how long an answer takes is measured. */
    @Test
    void nothingReadsAClock() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.tallyclerk.internal.http")
                .should()
                .accessTargetWhere(describe("a clock is read", ArchitectureTest::readsAClock))
                .check(CORE);
    }

    private static boolean readsAClock(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getName();
        String name = access.getTarget().getName();
        return switch (owner) {
            case "java.time.Clock" -> name.startsWith("system") || name.startsWith("tick");
            case "java.lang.System" -> name.equals("currentTimeMillis") || name.equals("nanoTime");
            case "java.util.Date", "java.util.Calendar", "java.util.GregorianCalendar" -> true;
            default -> owner.startsWith("java.time.") && name.equals("now");
        };
    }

    /** CONTRIBUTING.md promises it: whoever wants something done at the same time brings an executor. */
    @Test
    void nothingStartsAThread() {
        noClasses()
                .should()
                .accessTargetWhere(describe("a thread is started", ArchitectureTest::startsAThread))
                .check(CORE);
    }

    private static boolean startsAThread(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        String name = access.getTarget().getName();
        return switch (owner.getName()) {
            case "java.util.Timer",
                    "java.util.concurrent.Executors",
                    "java.util.concurrent.ForkJoinPool",
                    "java.util.concurrent.ScheduledThreadPoolExecutor",
                    "java.util.concurrent.SubmissionPublisher",
                    "java.util.concurrent.ThreadPoolExecutor" -> true;
            case "java.net.http.HttpClient" -> name.startsWith("new");
            case "java.util.concurrent.CompletableFuture" ->
                List.of("orTimeout", "completeOnTimeout", "delayedExecutor").contains(name)
                        || (name.endsWith("Async") && !takesAnExecutor(access));
            default ->
                name.equals("parallelStream")
                        || (owner.getPackageName().equals("java.util.stream") && name.equals("parallel"))
                        || (owner.isAssignableTo(Thread.class)
                                && List.of("<init>", "start", "startVirtualThread", "ofVirtual", "ofPlatform")
                                        .contains(name));
        };
    }

    private static boolean takesAnExecutor(JavaAccess<?> access) {
        return access.getTarget() instanceof CodeUnitAccessTarget target
                && target.getRawParameterTypes().stream().anyMatch(type -> type.isEquivalentTo(Executor.class));
    }

    @Test
    void nothingPrintsOrReadsSystemProperties() {
        noClasses()
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(System.class, "getProperty", String.class)
                .orShould()
                .callMethod(System.class, "getProperty", String.class, String.class)
                .orShould()
                .callMethod(System.class, "getProperties")
                .orShould()
                .callMethod(Boolean.class, "getBoolean", String.class)
                .orShould()
                .callMethod(Integer.class, "getInteger", String.class)
                .orShould()
                .callMethod(Long.class, "getLong", String.class)
                .orShould()
                .callMethod(System.class, "getenv", String.class)
                .orShould()
                .callMethod(System.class, "getenv")
                .check(CORE);
    }

    @Test
    void rulesKnowNothingOfPoliciesAndReports() {
        noClasses()
                .that(SUBJECTS_AND_RULES)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(JUDGEMENT)
                .check(CORE);
    }

    /** Documents come as bytes, so not even a stream is read. */
    @Test
    void rulesAndAuditsUseNoStreams() {
        noClasses()
                .that(SUBJECTS_AND_RULES.or(resideInAPackage("dev.tallyclerk.hardening.audit")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.io")
                .check(CORE);
    }
}

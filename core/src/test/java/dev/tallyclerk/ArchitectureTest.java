package dev.tallyclerk;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import dev.tallyclerk.testing.HouseRules;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CORE = HouseRules.mainCodeBelow("dev.tallyclerk");

    private static final HouseRules HOUSE = HouseRules.of(CORE);

    /** What decides about findings, and says it; everything else about hardening is subjects and rules. */
    private static final String[] JUDGEMENT = {
        "dev.tallyclerk.hardening.audit..",
        "dev.tallyclerk.hardening.benchmark..",
        "dev.tallyclerk.hardening.policy..",
        "dev.tallyclerk.hardening.report..",
        "dev.tallyclerk.hardening.yaml.."
    };

    private static final DescribedPredicate<JavaClass> SUBJECTS_AND_RULES =
            resideInAPackage("dev.tallyclerk.hardening..").and(not(resideInAnyPackage(JUDGEMENT)));

    @Test
    void oneFailureHasOneReason() {
        HOUSE.oneFailureHasOneReason();
    }

    @Test
    void packagesHaveNoCycles() {
        HOUSE.packagesHaveNoCycles();
    }

    @Test
    void filesHaveNoCircles() {
        HOUSE.filesHaveNoCircles();
    }

    @Test
    void nothingSeesAJsonLibrary() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.fasterxml..")
                .check(CORE);
    }

    @Test
    void onlyItsPackageAndOneReaderSeeTheYamlParser() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.tallyclerk.hardening.yaml")
                .and()
                .haveNameNotMatching("dev[.]tallyclerk[.]hardening[.]document[.]YamlTree([$].*)?")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.snakeyaml..")
                .check(CORE);
    }

    @Test
    void onlyItsPackagesSeeTheHttpClient() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.tallyclerk.http.jdk", "dev.tallyclerk.verify.http")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.net.http..")
                .check(CORE);
    }

    @Test
    void onlyTheAdapterSeesOkHttp() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.tallyclerk.http.okhttp")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("okhttp3..", "okio..", "kotlin..")
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
                        "dev.tallyclerk.internal.command..",
                        "dev.tallyclerk.internal.secret..",
                        "dev.tallyclerk.internal.shell..",
                        "dev.tallyclerk.internal.subject..",
                        "dev.tallyclerk.internal.text..",
                        "dev.tallyclerk.text..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                                "java.net..",
                                "java.nio.file..",
                                "java.nio.channels..",
                                "dev.tallyclerk.internal.file..",
                                "dev.tallyclerk.http..")
                        .or(nameMatching("java\\.io\\.(File|RandomAccess).*"))
                        // Values and text, for a report.
                        .and(not(type(URLEncoder.class)))
                        .and(not(type(URI.class)))
                        .and(not(type(URISyntaxException.class))))
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

    /** They measure how long something takes, or have the system's clock where the caller names no other. */
    @Test
    void nothingReadsAClock() {
        HOUSE.nothingReadsAClockBut(
                "dev.tallyclerk.hardening.audit.Auditor",
                "dev.tallyclerk.http.HttpSettings",
                "dev.tallyclerk.http.jdk",
                "dev.tallyclerk.internal.call.Waits",
                "dev.tallyclerk.verify.store.SharedFetches");
    }

    @Test
    void nothingStartsAThread() {
        HOUSE.nothingStartsAThread();
    }

    @Test
    void onlyDigestsLookUpHashes() {
        HOUSE.onlyDigestsLookUpHashes();
    }

    @Test
    void nothingPrintsOrReadsSystemProperties() {
        HOUSE.nothingPrintsOrReadsSystemProperties();
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

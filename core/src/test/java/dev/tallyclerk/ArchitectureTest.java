package dev.tallyclerk;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.tallyclerk");

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
    void onlyItsPackageSeesTheHttpClient() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.tallyclerk.verify.http")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.net.http..")
                .check(CORE);
    }

    @Test
    void digestsReferencesAndRulesDoNoInputOrOutput() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.tallyclerk.digest..", "dev.tallyclerk.reference..", "dev.tallyclerk.hardening")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net..", "java.nio.file..", "java.nio.channels..", "java.util.concurrent..")
                .check(CORE);
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
                .that()
                .resideInAPackage("dev.tallyclerk.hardening")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.tallyclerk.hardening.audit..", "dev.tallyclerk.hardening.report..")
                .check(CORE);
    }

    @Test
    void auditsReadNoClockAndDoNoInputOrOutput() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.tallyclerk.hardening", "dev.tallyclerk.hardening.audit")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.io", "java.nio.file..", "java.net..")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .check(CORE);
    }
}

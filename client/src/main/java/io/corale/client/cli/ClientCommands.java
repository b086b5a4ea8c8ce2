package io.corale.client.cli;

import io.corale.model.ServiceClass;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.TypeConversionException;

/** Puts the commands that talk to a cluster under a root command, with one way to fail. */
public final class ClientCommands {
  private ClientCommands() {}

  /** Adds the commands and, for the whole tree, converters and one-line errors. */
  public static CommandLine addTo(CommandLine root, Surroundings surroundings) {
    List<CommandLine> commands =
        List.of(
            CommandGroup.of("owner", "Enters an owner, shows what it has, or agrees to its terms.")
                .addSubcommand(new OwnerCreateCommand(surroundings))
                .addSubcommand(new OwnerShowCommand(surroundings))
                .addSubcommand(
                    new CommandLine(new OwnerTermsCommand(surroundings))
                        .addSubcommand(new OwnerTermsSetCommand(surroundings))),
            CommandGroup.of("account", "Changes the provider accounts of an owner, or shows them.")
                .addSubcommand(new AccountPutCommand(surroundings))
                .addSubcommand(new AccountShowCommand(surroundings)),
            CommandGroup.of("function", "Changes the function catalog of an owner, or shows it.")
                .addSubcommand(new FunctionPutCommand(surroundings))
                .addSubcommand(new FunctionListCommand(surroundings))
                .addSubcommand(new FunctionShowCommand(surroundings))
                .addSubcommand(new FunctionRemoveCommand(surroundings)),
            CommandGroup.of("secret", "Changes the secrets of an owner, or lists their names.")
                .addSubcommand(new SecretPutCommand(surroundings))
                .addSubcommand(new SecretListCommand(surroundings))
                .addSubcommand(new SecretRemoveCommand(surroundings))
                .addSubcommand(new SecretResealCommand(surroundings)),
            CommandGroup.of("token", "Makes tokens.")
                .addSubcommand(new TokenCreateCommand(surroundings)),
            CommandGroup.of("event", "Announces events to invocations that listen.")
                .addSubcommand(new EventSendCommand(surroundings)),
            CommandGroup.of("import", "Makes compositions of what other systems recorded.")
                .addSubcommand(new ImportWfFormatCommand(surroundings)),
            new CommandLine(new PublishCommand(surroundings)),
            new CommandLine(new RunCommand(surroundings)),
            new CommandLine(new StatusCommand(surroundings)),
            new CommandLine(new TraceCommand(surroundings)),
            new CommandLine(new ExplainCommand(surroundings)),
            new CommandLine(new ListCommand(surroundings)),
            new CommandLine(new ExportCommand(surroundings)),
            new CommandLine(new CancelCommand(surroundings)),
            CommandGroup.of("pause", "Has nothing start of an invocation, a composition or all.")
                .addSubcommand(new PauseInvocationCommand(surroundings))
                .addSubcommand(new PauseCompositionCommand(surroundings))
                .addSubcommand(new PauseOwnerCommand(surroundings)),
            CommandGroup.of("resume", "Lets go on what was paused.")
                .addSubcommand(new ResumeInvocationCommand(surroundings))
                .addSubcommand(new ResumeCompositionCommand(surroundings))
                .addSubcommand(new ResumeOwnerCommand(surroundings)),
            new CommandLine(new HoldsCommand(surroundings)),
            new CommandLine(new PrioritizeCommand(surroundings)),
            new CommandLine(new IncidentsCommand(surroundings)),
            CommandGroup.of("incident", "Deals with a call that failed for good.")
                .addSubcommand(new IncidentShowCommand(surroundings))
                .addSubcommand(new IncidentRetryCommand(surroundings))
                .addSubcommand(new IncidentGiveUpCommand(surroundings)),
            new CommandLine(new SchedulesCommand(surroundings))
                .addSubcommand(new ScheduleStopCommand(surroundings))
                .addSubcommand(new ScheduleStartCommand(surroundings)),
            new CommandLine(new RetentionCommand(surroundings))
                .addSubcommand(new RetentionSetCommand(surroundings))
                .addSubcommand(new RetentionOffCommand(surroundings)),
            new CommandLine(new CellsCommand(surroundings)),
            new CommandLine(new NodesCommand(surroundings)),
            new CommandLine(new OverlayCommand(surroundings)),
            new CommandLine(new MetricsCommand(surroundings)),
            new CommandLine(new TopCommand(surroundings)));
    for (CommandLine command : commands) {
      addFooter(command);
      root.addSubcommand(command);
    }
    return failInOneLine(root);
  }

  private static void addFooter(CommandLine command) {
    command.getCommandSpec().usageMessage().footer(Exit.FOOTER);
    command.getSubcommands().values().forEach(ClientCommands::addFooter);
  }

  /** Sets converters and handlers on every command of the tree as it stands. */
  public static CommandLine failInOneLine(CommandLine root) {
    return root.registerConverter(Duration.class, ClientCommands::duration)
        .registerConverter(ServiceClass.class, ClientCommands::serviceClass)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExpandAtFiles(false) // '--input @FILE' is ours: picocli would read options from it.
        .setUsageHelpAutoWidth(true)
        .setParameterExceptionHandler(misuse())
        .setExecutionExceptionHandler(failure());
  }

  private static IParameterExceptionHandler misuse() {
    return (problem, arguments) -> {
      CommandLine command = problem.getCommandLine();
      PrintWriter err = command.getErr();
      String name = command.getCommandSpec().qualifiedName();
      err.println(name + ": " + firstLine(String.valueOf(problem.getMessage())));
      CommandLine.UnmatchedArgumentException.printSuggestions(problem, err);
      err.println("see '" + name + " --help'");
      err.flush();
      return command.getCommandSpec().exitCodeOnInvalidInput(); // Exit.USAGE, if it says no other.
    };
  }

  private static IExecutionExceptionHandler failure() {
    return (problem, command, parsed) -> {
      String name = command.getCommandSpec().qualifiedName();
      PrintWriter err = command.getErr();
      if (problem instanceof CliFailure failure) {
        err.println(name + ": " + failure.getMessage());
        err.flush();
        return failure.exitCode();
      }
      err.println(
          name + ": broke: " + problem + " (a bug; CORALE_DEBUG=1 shows where it happened)");
      if ("1".equals(System.getenv("CORALE_DEBUG"))) {
        problem.printStackTrace(err);
      }
      err.flush();
      int own = command.getCommandSpec().exitCodeOnExecutionException();
      return own == CommandLine.ExitCode.SOFTWARE ? Exit.BROKEN : own;
    };
  }

  private static Duration duration(String text) {
    try {
      return Duration.parse(text.toUpperCase(Locale.ROOT));
    } catch (DateTimeParseException e) {
      throw new TypeConversionException(
          "'" + text + "' is not a duration: expected ISO 8601, such as PT5S or PT10M");
    }
  }

  private static ServiceClass serviceClass(String text) {
    for (ServiceClass each : ServiceClass.values()) {
      if (each.name().equalsIgnoreCase(text)) {
        return each;
      }
    }
    throw new TypeConversionException(
        "'" + text + "' is not a class: expected urgent, interactive, standard or batch");
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }
}

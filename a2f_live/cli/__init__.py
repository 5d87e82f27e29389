"""The console command, one file a subcommand: the only place that puts the parts together."""

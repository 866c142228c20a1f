package casefile

// commands lists every command but [openCommand], by the kind of case it is
// issued to, in the order in which CASEFILE.md describes them.
func commands() map[Kind][]command {
	return map[Kind][]command{
		CycleKind:     cycleCommands(),
		FrameworkKind: frameworkCommands(),
		PurchaseKind:  purchaseCommands(),
		ContractKind:  contractCommands(),
		GrantKind:     grantCommands(),
	}
}

"""Every shape of the kept operations gets a component and a name: upstream.yaml."""
